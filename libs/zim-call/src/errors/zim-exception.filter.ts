import { type ArgumentsHost, Catch, type ExceptionFilter, Inject, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { httpStatusOf, titleOf } from './code-table.js';
import {
  isZimCallError,
  ZimCallError,
  type ZimErrorDetails,
  type ZimErrorKind,
  type ZimFieldError,
} from './errors.js';

/** The body of an RFC 9457 problem. It contains no URL, no secret and no signature. */
export interface ZimProblem extends Pick<
  ZimErrorDetails,
  'outcome' | 'vendorCode' | 'requestId' | 'correlationId' | 'callId' | 'errorUsers'
> {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly kind: ZimErrorKind;
  /** For status 400: what is wrong with which field. */
  readonly errors?: readonly ZimFieldError[];
}

/** Returns the problem body of an error. */
export function toZimProblem(error: ZimCallError): ZimProblem {
  return {
    type: `urn:zim-call:problem:${error.kind}`,
    title: titleOf(error),
    status: httpStatusOf(error),
    detail: error.message,
    kind: error.kind,
    outcome: error.outcome,
    vendorCode: error.vendorCode,
    requestId: error.requestId,
    correlationId: error.correlationId,
    callId: error.callId,
    errorUsers: error.errorUsers,
    errors: isZimCallError(error) && error.kind === 'invalid-request' ? error.errors : undefined,
  };
}

/**
 * Answers any {@link ZimCallError} with an RFC 9457 problem, on Express and Fastify. It ignores other exceptions, and
 * rethrows the error outside HTTP.
 *
 * Register it for the whole application with `{ provide: APP_FILTER, useClass: ZimExceptionFilter }`, or for a
 * controller with `@UseFilters(ZimExceptionFilter)`. Override {@link ZimExceptionFilter.decorate} to add members.
 */
@Catch(ZimCallError)
export class ZimExceptionFilter implements ExceptionFilter<ZimCallError> {
  private readonly logger = new Logger('ZimCall');

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  catch(error: ZimCallError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const problem = toZimProblem(error);
    // Too many calls are a warning: nothing is broken, and there would be one error for each call.
    if (error.kind === 'rate-limit') this.logger.warn(describe(error));
    else if (problem.status >= 500) this.logger.error(describe(error));
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    if (error.retryAfterMs !== undefined) {
      const seconds = Math.ceil(error.retryAfterMs / 1000);
      httpAdapter.setHeader(response, 'Retry-After', String(seconds));
    }
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    // As text, because the Express adapter of Nest 11 replaces the content type of an object.
    httpAdapter.reply(response, JSON.stringify(this.decorate(problem, host)), problem.status);
  }

  /** Returns the body to send. Override it to add members, such as the id of the request in your logs. */
  protected decorate(problem: ZimProblem, _host: ArgumentsHost): object {
    return problem;
  }
}

function describe(error: ZimCallError): string {
  const { outcome, attempts, vendorCode, requestId, correlationId, advice } = error;
  const facts = Object.entries({ outcome, attempts, vendorCode, requestId, correlationId, advice })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${String(value)}`);
  return `${error.message} [${facts.join(', ')}]`;
}
