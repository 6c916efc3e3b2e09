import type { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type CallbackAnswer, type CallbackRequest, maxCallbackBytes } from './answer-callback.js';

type Answer = (request: CallbackRequest) => Promise<CallbackAnswer>;

interface FastifyScope {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: unknown, done: () => void) => void,
  ): void;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(
    type: string,
    parser: (request: unknown, payload: unknown, done: (error: null) => void) => void,
  ): void;
  post(
    path: string,
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<void>,
  ): void;
}
interface FastifyRequest {
  readonly raw: IncomingMessage;
}
interface FastifyReply {
  getHeader(name: string): unknown;
  code(status: number): FastifyReply;
  header(name: string, value: string): FastifyReply;
  send(body: string): unknown;
}
interface FastifyInstance {
  register(plugin: (scope: FastifyScope) => Promise<void>): unknown;
}
interface ExpressInstance {
  readonly router: { readonly stack: unknown[] };
}

const problemType = 'application/problem+json; charset=utf-8';
const requestIdHeader = 'x-request-id';
const jsonType = 'application/json; charset=utf-8';

/**
 * Opens the way in for callbacks, beside Nest's routes: guards and pipes of the application, which are for
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
    scope.post(path, async (request, reply) => {
      const { status, body } = await answer({
        raw: await readBody(request.raw),
        requestId: toText(reply.getHeader(requestIdHeader)),
      });
      reply.code(status).header('Content-Type', status < 400 ? jsonType : problemType);
      reply.send(JSON.stringify(body));
    });
    return Promise.resolve();
  });
}

function mountOnExpress(adapter: AbstractHttpAdapter, path: string, answer: Answer): void {
  adapter.post(path, (request: IncomingMessage, response: ServerResponse) => {
    readBody(request)
      .then((raw) => answer({ raw, requestId: toText(response.getHeader(requestIdHeader)) }))
      .then(({ status, body }) => {
        // Something in front of this route, such as a time limit, may have answered meanwhile.
        if (response.headersSent) return;
        response.writeHead(status, { 'Content-Type': status < 400 ? jsonType : problemType });
        response.end(JSON.stringify(body));
      })
      // Express would not hear of a rejection, and it would end the process; so ZIM delivers again.
      .catch(() => response.destroy());
  });
  // Nest has put its body parsers in front; the route goes before them.
  const { stack } = adapter.getInstance<ExpressInstance>().router;
  stack.unshift(stack.pop());
}

function toText(header: unknown): string | undefined {
  return typeof header === 'string' ? header : undefined;
}

/** Reads to the end, keeps what may be kept: a sender that is still sending would not see the answer. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | 'too large'> {
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
    // The connection broke: what came is no JSON, and nobody is there to read the answer.
    return Buffer.alloc(0);
  }
  return bytes > maxCallbackBytes ? 'too large' : Buffer.concat(chunks);
}
