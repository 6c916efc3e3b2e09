import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { retryAfterSeconds, toZimProblem, type ZimProblem } from './problem.js';
import { ZimCallError } from './zim-call-error.js';

/**
 * Answers any {@link ZimCallError} as an RFC 9457 problem, under Express and under Fastify. Every other
 * exception passes by, and outside HTTP the error is thrown on.
 *
 * Register it where you like: `{ provide: APP_FILTER, useClass: ZimExceptionFilter }` for the whole
 * application, or `@UseFilters(ZimExceptionFilter)` on a controller. Override
 * {@link ZimExceptionFilter.decorate} to add members of your own.
 */
@Catch(ZimCallError)
export class ZimExceptionFilter implements ExceptionFilter<ZimCallError> {
  private readonly logger = new Logger('ZimCall');

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  catch(error: ZimCallError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const problem = toZimProblem(error);
    // Where calls are too many there would be as many errors, and nothing is broken.
    if (error.kind === 'rate-limit') this.logger.warn(describe(error));
    else if (problem.status >= 500) this.logger.error(describe(error));
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    const retryAfter = retryAfterSeconds(error);
    if (retryAfter !== undefined) {
      httpAdapter.setHeader(response, 'Retry-After', String(retryAfter));
    }
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    // As text: the Express adapter of Nest 11 would put its own content type over an object's.
    httpAdapter.reply(response, JSON.stringify(this.decorate(problem, host)), problem.status);
  }

  /** A hook for members of your own, for example the id of the request in your logs. */
  protected decorate(problem: ZimProblem, _host: ArgumentsHost): object {
    return problem;
  }
}

function describe(error: ZimCallError): string {
  const facts = {
    outcome: error.outcome,
    attempts: error.attempts,
    vendorCode: error.vendorCode,
    requestId: error.requestId,
    correlationId: error.correlationId,
    advice: error.advice,
  };
  const told = Object.entries(facts).filter(([, value]) => value !== undefined);
  return `${error.message} [${told.map(([key, value]) => `${key}: ${String(value)}`).join(', ')}]`;
}
