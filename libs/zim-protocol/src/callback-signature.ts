import { createHash } from 'node:crypto';

/** What the signature of a callback is made of. Timestamp and nonce come from the callback's body. */
export interface ZimCallbackSignatureInput {
  readonly callbackSecret: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly nonce: string;
}

/**
 * The signature of a callback: secret, timestamp and nonce sorted as text, joined, SHA-1 in lower-case hex.
 * The rest of the body is not covered.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/authenticating-server-to-server-callbacks
 */
export function signZimCallback(input: ZimCallbackSignatureInput): string {
  const parts = [input.callbackSecret, String(input.timestamp), input.nonce].sort(byBytes);
  return createHash('sha1').update(parts.join(''), 'utf8').digest('hex');
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
