import { once } from 'node:events';
import { connect } from 'node:net';
import { serverOptions } from '../../apps/sample/src/http/connections.js';
import { type Backend, startBackend } from '../support/backend.js';

const limits = { headersTimeout: 100, requestTimeout: 300 };
const head = 'POST /calls HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

let backend: Backend;
afterEach(() => backend.app.close());

/** Sends a part of a request and nothing more. Returns the answer and when the connection was closed. */
async function sendPart(part: string): Promise<{ answer: string; afterMs: number }> {
  const socket = connect(Number(new URL(backend.url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
  socket.on('error', () => undefined);
  const startedMs = performance.now();
  socket.write(part);
  await once(socket, 'close');
  return { answer, afterMs: performance.now() - startedMs };
}

describe('a client that sends slowly', () => {
  it.each([
    ['nothing', '', limits.headersTimeout],
    ['half its headers', head, limits.headersTimeout],
    ['half its body', `${head}Content-Length: 10\r\n\r\n{`, limits.requestTimeout],
  ])('is cut off at the limit: %s', async (_, part, limitMs) => {
    backend = await startBackend();
    Object.assign(backend.app.getHttpServer(), limits);
    const { answer, afterMs } = await sendPart(part);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(afterMs).toBeGreaterThan(limitMs * 0.9);
    // Far below Node's own limits of 30 s and more; the rest is for a busy machine.
    expect(afterMs).toBeLessThan(4_000);
  });

  it('has 10 s for a request, and half a second more until that is checked', async () => {
    backend = await startBackend();
    const { headersTimeout, requestTimeout } = backend.app.getHttpServer();
    expect([headersTimeout, requestTimeout]).toEqual([5_000, 10_000]);
    expect(serverOptions.http.connectionsCheckingInterval).toBe(500);
  });
});
