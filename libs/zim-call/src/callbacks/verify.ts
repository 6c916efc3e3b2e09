import { timingSafeEqual } from 'node:crypto';
import { signZimCallback } from 'zim-protocol';
import { CallbackError } from './callback-error.js';
import { type CallbackBody, numberField, textField, toDate } from './parse-body.js';

export type CallbackEnvelope = Readonly<ReturnType<typeof readEnvelope>>;

/**
 * Reads the fields that every callback has.
 * @throws CallbackError naming the field that is missing or wrong
 */
export function readEnvelope(body: CallbackBody) {
  const nonce = body['nonce'];
  return {
    appId: numberField(body, 'appid'),
    event: textField(body, 'event'),
    nonce: typeof nonce === 'number' ? String(nonce) : textField(body, 'nonce'),
    signature: textField(body, 'signature'),
    // Unix time in seconds; on ZIM's pages about groups and rooms in milliseconds.
    timestamp: numberField(body, 'timestamp'),
  };
}

/**
 * Checks the signature of a callback and its time. The signature covers timestamp and nonce only: the rest of the body
 * is as trustworthy as the connection it came by.
 *
 * @throws CallbackError 401 with the cause
 */
export function verify(
  envelope: CallbackEnvelope,
  callbackSecret: string,
  { nowSeconds, toleranceSeconds }: { nowSeconds: number; toleranceSeconds: number },
): void {
  const { appId, nonce, signature, timestamp } = envelope;
  const expected = signZimCallback({ callbackSecret, timestamp, nonce });
  if (!isEqual(signature, expected)) {
    throw new CallbackError(
      401,
      `the signature does not fit secret, timestamp and nonce: check that callbacks.secret is the CallbackSecret of AppID ${appId}`,
      'signature',
    );
  }
  const offSeconds = Math.abs(nowSeconds - signedAtSeconds(envelope));
  if (offSeconds > toleranceSeconds) {
    throw new CallbackError(
      401,
      `the timestamp is ${offSeconds} s off, ${toleranceSeconds} are allowed: an old callback, or a wrong clock`,
      'age',
    );
  }
}

export function signedAtSeconds({ timestamp }: CallbackEnvelope): number {
  return Math.floor(toDate(timestamp).getTime() / 1_000);
}

/** Compares in constant time: the time taken must not show how much of a guess is right. */
function isEqual(sent: string, expected: string): boolean {
  const [a, b] = [Buffer.from(sent), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
