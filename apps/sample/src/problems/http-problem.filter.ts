import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Inject,
  Logger,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { STATUS_CODES } from 'node:http';
import { bodyLimitBytes } from '../config/limits.js';
import { withInstance } from './problem.js';

/** Answers what is no error of ZIM as a problem of the same shape: Nest's exceptions and our own faults. */
@Catch()
export class HttpProblemFilter implements ExceptionFilter<unknown> {
  private readonly logger = new Logger('Http');

  constructor(@Inject(HttpAdapterHost) private readonly adapterHost: HttpAdapterHost) {}

  catch(exception: unknown, host: ArgumentsHost): void {
    const status = exception instanceof HttpException ? exception.getStatus() : 500;
    if (status >= 500 && !isGone(exception)) this.logger.error(exception);
    const { httpAdapter } = this.adapterHost;
    const response: unknown = host.switchToHttp().getResponse();
    if (httpAdapter.isHeadersSent(response)) return;
    const title = STATUS_CODES[status] ?? 'Error';
    const detail = exception instanceof HttpException && status < 500 ? exception.message : title;
    const problem = { type: 'about:blank', title, status, detail, ...explainBody(status, detail) };
    httpAdapter.setHeader(response, 'Content-Type', 'application/problem+json; charset=utf-8');
    if (status === 401) httpAdapter.setHeader(response, 'WWW-Authenticate', 'Bearer');
    httpAdapter.reply(response, JSON.stringify(withInstance(problem)), status);
  }
}

/** Bodies that never reach a DTO, told as any other request that breaks a rule. */
function explainBody(status: number, detail: string): object {
  if (![400, 413, 415].includes(status)) return {};
  const rule = status === 413 ? `body must be at most ${bodyLimitBytes} bytes` : detail;
  const message = rule.startsWith('body ') ? rule : 'body must be application/json';
  return { kind: 'invalid-request', outcome: 'not-sent', errors: [{ path: 'body', message }] };
}

/** A client that went away while it was sending is no fault of ours. */
function isGone(exception: unknown): boolean {
  return exception instanceof Error && 'code' in exception && exception.code === 'ECONNRESET';
}
