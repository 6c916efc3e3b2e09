import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { chooseRequestId, runWithRequestId } from '../logging/request-context.js';

/** nginx's status for a client that went away before the answer. */
const clientClosedRequest = 499;

/** Gives each request its id and writes one line about it. The query stays out of the log. */
export function logRequests(app: NestFastifyApplication): void {
  const log = new Logger('Http');
  const server = app.getHttpAdapter().getInstance();
  const write = (request: { method: string; url: string }, status: number, durationMs: number) => {
    const path = request.url.split('?')[0];
    log.log('answered', {
      method: request.method,
      path,
      status,
      durationMs: Math.round(durationMs),
    });
  };
  server.addHook('onRequest', (request, reply, done) => {
    const requestId = chooseRequestId(request.headers['x-request-id']);
    reply.header('X-Request-Id', requestId);
    runWithRequestId(requestId, done);
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
