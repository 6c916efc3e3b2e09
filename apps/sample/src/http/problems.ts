import { type ArgumentsHost, Catch, HttpException, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { ZimCallError, ZimExceptionFilter } from 'nestjs-zim-call';
import { STATUS_CODES } from 'node:http';
import { serverOptions } from './connections.js';
import { requestIds } from './logger.js';

/**
 * Answers every exception as an RFC 9457 problem: the library's errors, Nest's exceptions and faults of this backend.
 * Its `instance` is the id of the request in our logs.
 */
@Catch()
export class ProblemFilter extends ZimExceptionFilter {
  private readonly log = new Logger('Http');

  constructor(private readonly http: HttpAdapterHost) {
    super(http);
  }

  override catch(exception: unknown, host: ArgumentsHost): void {
    if (exception instanceof ZimCallError) super.catch(exception, host);
    else this.answer(exception, host.switchToHttp().getResponse());
  }

  protected override decorate(problem: object): object {
    const requestId = requestIds.getStore();
    return requestId === undefined ? problem : { ...problem, instance: `urn:request:${requestId}` };
  }

  private answer(exception: unknown, response: unknown): void {
    const known = exception instanceof HttpException ? exception : undefined;
    const status = known?.getStatus() ?? 500;
    if (status >= 500 && !isConnectionReset(exception)) this.log.error(exception);
    const { httpAdapter } = this.http;
    if (httpAdapter.isHeadersSent(response)) return;
    const title = STATUS_CODES[status] ?? 'Error';
    const detail = status < 500 ? (known?.message ?? title) : title;
    const problem = { type: 'about:blank', title, status, detail, ...explainBody(status, detail) };
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    if (status === 401) httpAdapter.setHeader(response, 'WWW-Authenticate', 'Bearer');
    httpAdapter.reply(response, JSON.stringify(this.decorate(problem)), status);
  }
}

/** Reports a body that never reaches a DTO in the same form as a field that breaks a rule. */
function explainBody(status: number, detail: string): object {
  if (![400, 413, 415].includes(status)) return {};
  const rule = status === 413 ? `body must be at most ${serverOptions.bodyLimit} bytes` : detail;
  const message = rule.startsWith('body ') ? rule : 'body must be application/json';
  return { kind: 'invalid-request', outcome: 'not-sent', errors: [{ path: 'body', message }] };
}

/** A client that closes the connection while it sends is no fault of this backend. */
function isConnectionReset(exception: unknown): boolean {
  return exception instanceof Error && 'code' in exception && exception.code === 'ECONNRESET';
}
