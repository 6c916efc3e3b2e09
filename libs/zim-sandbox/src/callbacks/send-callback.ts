import { request, type IncomingMessage } from 'node:http';

/** How an attempt ended: the status of the answer, or why there was none. */
export type SendResult = { readonly status: number } | { readonly error: string };

/**
 * Posts a callback, follows no redirect and keeps no connection open.
 *
 * @param timeoutMs of real time, until the answer is complete
 * @returns never rejects
 */
export function sendCallback(
  url: string,
  body: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    let answer: IncomingMessage | undefined;
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      },
    });
    const timer = setTimeout(() => {
      end(`no answer within ${timeoutMs} ms`);
    }, timeoutMs);
    const end = (reason: string): void => {
      clearTimeout(timer);
      // The status decides; a body that never ends is nobody's concern.
      resolve(answer?.statusCode === undefined ? { error: reason } : { status: answer.statusCode });
      outgoing.destroy();
    };
    outgoing.on('error', (error) => {
      end(error.message === '' ? error.name : error.message);
    });
    outgoing.on('response', (response) => {
      answer = response;
      response.resume();
      response.on('error', () => undefined);
      response.on('close', () => {
        end('the answer broke off');
      });
    });
    outgoing.end(body);
  });
}
