import { ConsoleLogger, type ConsoleLoggerOptions, Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';

/** Holds the id of the request that is being answered. */
export const requestIds = new AsyncLocalStorage<string>();

/** The contexts in which Nest lists every module and route at each start. */
const routine = new Set<unknown>(['InstanceLoader', 'RoutesResolver', 'RouterExplorer']);

/** Writes readable lines on a terminal, JSON elsewhere; each line has the id of the request it belongs to. */
export class AppLogger extends ConsoleLogger {
  constructor(options: ConsoleLoggerOptions = {}) {
    super({
      json: !process.stdout.isTTY,
      compact: true,
      flattenParams: true,
      logLevels: ['log', 'warn', 'error', 'fatal'],
      ...options,
    });
  }

  protected override printMessages(...args: Parameters<ConsoleLogger['printMessages']>): void {
    const [messages, context, level, stream, stack, params] = args;
    if (level === 'log' && routine.has(context)) return;
    const reqId = requestIds.getStore();
    const withId = reqId === undefined ? params : { ...params, reqId };
    super.printMessages(messages, context, level, stream, stack, withId);
  }
}

/** nginx's status for a client that closed the connection before the response. */
const clientClosedRequest = 499;

/** Gives each request an id, the caller's if it sends one, and logs one line about it, without the query. */
export function logRequests(app: NestFastifyApplication): void {
  const logger = new Logger('Http');
  const server = app.getHttpAdapter().getInstance();
  const write = ({ method, url }: { method: string; url: string }, status: number, ms: number) => {
    logger.log('answered', { method, path: url.split('?')[0], status, durationMs: Math.round(ms) });
  };
  server.addHook('onRequest', (request, reply, done) => {
    const sent = String(request.headers['x-request-id'] ?? '');
    // Only an id that is harmless in a log.
    const requestId = /^[\w.-]{1,64}$/.test(sent) ? sent : randomUUID();
    reply.header('X-Request-Id', requestId);
    requestIds.run(requestId, done);
  });
  server.addHook('onResponse', (request, reply, done) => {
    write(request, reply.statusCode, reply.elapsedTime);
    done();
  });
  server.addHook('onRequestAbort', (request, done) => {
    write(request, clientClosedRequest, 0);
    done();
  });
}
