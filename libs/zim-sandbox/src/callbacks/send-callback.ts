import { request, type IncomingMessage } from 'node:http';

/** Result of an attempt: the status of the response, or why there was none. */
export type SendResult = { readonly status: number } | { readonly error: string };

/**
 * Posts a callback. Follows no redirect, keeps no connection open, and never rejects.
 *
 * @param timeoutMs - of real time, until the response is complete
 */
export function sendCallback(
  url: string,
  body: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<SendResult> {
  return new Promise((resolve) => {
    let response: IncomingMessage | undefined;
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
      end(`no response within ${timeoutMs} ms`);
    }, timeoutMs);
    const end = (error: string): void => {
      clearTimeout(timer);
      // The status decides, even if the body never ends.
      resolve(response?.statusCode === undefined ? { error } : { status: response.statusCode });
      outgoing.destroy();
    };
    outgoing.on('error', (error) => {
      end(error.message === '' ? error.name : error.message);
    });
    outgoing.on('response', (incoming) => {
      response = incoming;
      incoming.resume();
      incoming.on('error', () => undefined);
      incoming.on('close', () => {
        end('the response broke off');
      });
    });
    outgoing.end(body);
  });
}
