import { CallbackError } from './callback-error.js';
import type { CallbackReceiver } from './callback-receiver.js';
import { parseBody } from './parse-body.js';
import { readEnvelope } from './verify.js';

/** Large enough for any documented callback, many times. */
export const maxCallbackBytes = 256 * 1024;

/** What the sender of a callback is answered. */
export interface CallbackAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * Answers one callback: 200 once it is handled, else a problem with the cause.
 * @param receivers all who share the path; `appid` tells whose it is
 */
export async function answerCallback(
  raw: Uint8Array | 'too large',
  receivers: readonly CallbackReceiver[],
): Promise<CallbackAnswer> {
  try {
    if (raw === 'too large') {
      throw new CallbackError(413, `the body must be at most ${maxCallbackBytes} bytes`);
    }
    const body = parseBody(raw);
    const envelope = readEnvelope(body);
    const receiver = receivers.find(({ appId }) => appId === envelope.appId);
    if (receiver === undefined) throw new CallbackError(401, 'appid is none of this backend');
    await receiver.receive(envelope, body);
    return { status: 200, body: { received: true } };
  } catch (error) {
    const { status, message } =
      error instanceof CallbackError ? error : new CallbackError(500, 'this backend failed');
    return { status, body: { type: 'urn:zim-call:problem:callback', status, detail: message } };
  }
}
