import type { AbstractHttpAdapter } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Twice the longest text in any documented callback: a message of 32 KiB, where ZEGO's support has raised it. A
 * callback about a call has 2 KiB of extended data at most, which are 16 KiB in the longest encoding.
 */
export const maxCallbackBytes = 64 * 1024;

export interface CallbackRequest {
  readonly raw: Uint8Array | 'too large';
  /** The id that the application has given the request, if any, as `X-Request-Id` of its response. */
  readonly requestId?: string;
}

export interface CallbackAnswer {
  readonly status: number;
  readonly body: object;
}

type Answer = (request: CallbackRequest) => Promise<CallbackAnswer>;

// Neither Fastify nor Express is a dependency of this package: only types are imported, or stated here.
interface ExpressInstance {
  readonly router: { readonly stack: unknown[] };
}

/**
 * Mounts the route for callbacks, beside Nest's routes: guards and pipes of the application, which are for
 * its own callers, do not apply, and the body is read here, byte for byte, before any parser may refuse it.
 */
export function mountCallbacks(adapter: AbstractHttpAdapter, path: string, answer: Answer): void {
  if (adapter.getType() === 'fastify') mountOnFastify(adapter.getInstance(), path, answer);
  else mountOnExpress(adapter, path, answer);
}

function mountOnFastify(instance: FastifyInstance, path: string, answer: Answer): void {
  instance.register((scope) => {
    // Fastify would answer 415 to a type that it cannot read, before any parser.
    scope.addHook('onRequest', (request, _reply, done) => {
      delete request.raw.headers['content-type'];
      done();
    });
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => {
      done(null);
    });
    scope.post(path, async ({ raw }, reply) => {
      const { status, body } = await answer(await readRequest(raw, reply));
      reply.code(status).header('Content-Type', contentTypeOf(status));
      reply.send(JSON.stringify(body));
    });
    return Promise.resolve();
  });
}

function mountOnExpress(adapter: AbstractHttpAdapter, path: string, answer: Answer): void {
  adapter.post(path, (request: IncomingMessage, response: ServerResponse) => {
    readRequest(request, response)
      .then(answer)
      .then(({ status, body }) => {
        // Something in front of this route, such as a time limit, may have answered already.
        if (response.headersSent) return;
        response.writeHead(status, { 'Content-Type': contentTypeOf(status) });
        response.end(JSON.stringify(body));
      })
      // Express ignores the promise, and an unhandled rejection would end the process; so ZIM delivers again.
      .catch(() => response.destroy());
  });
  // Nest has put its body parsers in front; the route goes before them.
  const { stack } = adapter.getInstance<ExpressInstance>().router;
  stack.unshift(stack.pop());
}

function contentTypeOf(status: number): string {
  return `application/${status < 400 ? 'json' : 'problem+json'}; charset=utf-8`;
}

async function readRequest(
  request: IncomingMessage,
  response: { getHeader(name: string): unknown },
): Promise<CallbackRequest> {
  const raw = await readBody(request);
  const requestId = response.getHeader('x-request-id');
  return typeof requestId === 'string' ? { raw, requestId } : { raw };
}

/** Reads to the end, but keeps no more than is allowed: a sender that is still sending would not read the answer. */
async function readBody(request: IncomingMessage): Promise<CallbackRequest['raw']> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      if (!Buffer.isBuffer(chunk)) continue;
      bytes += chunk.length;
      if (bytes <= maxCallbackBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    // The connection broke: the body is incomplete, and no sender reads the answer.
    return Buffer.alloc(0);
  }
  return bytes > maxCallbackBytes ? 'too large' : Buffer.concat(chunks);
}
