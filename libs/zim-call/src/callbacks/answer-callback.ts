import { CallbackError } from './callback-error.js';
import type { CallbackReceiver } from './callback-receiver.js';
import { parseBody } from './parse-body.js';
import { readEnvelope } from './verify.js';

/**
 * Twice the longest text in any documented callback: a message of 32 KiB, where ZEGO's support has raised it. What
 * a callback tells of a call has 2 KiB of extended data at most, which are 16 KiB in the longest encoding.
 */
export const maxCallbackBytes = 64 * 1024;

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
    const parsed = parseBody(raw);
    const envelope = readEnvelope(parsed.body);
    const receiver = receivers.find(({ appId }) => appId === envelope.appId);
    if (receiver === undefined) throw new CallbackError(401, 'appid is none of this backend');
    await receiver.receive(envelope, parsed);
    return { status: 200, body: { received: true } };
  } catch (error) {
    const { status, message } =
      error instanceof CallbackError ? error : new CallbackError(500, 'this backend failed');
    return { status, body: { type: 'urn:zim-call:problem:callback', status, detail: message } };
  }
}
