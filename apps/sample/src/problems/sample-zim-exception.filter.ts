import { Catch } from '@nestjs/common';
import { ZimCallError, ZimExceptionFilter, type ZimProblem } from 'nestjs-zim-call';
import { withInstance } from './problem.js';

/** The library's filter, with the id of the request in the body. */
@Catch(ZimCallError)
export class SampleZimExceptionFilter extends ZimExceptionFilter {
  protected override decorate(problem: ZimProblem): object {
    return withInstance(problem);
  }
}
