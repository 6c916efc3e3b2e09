import { createHash } from 'node:crypto';

/** Input of a callback signature. Timestamp and nonce are those of the callback's body. */
export interface ZimCallbackSignatureInput {
  readonly callbackSecret: string;
  /** Unix time in seconds. */
  readonly timestamp: number;
  readonly nonce: string;
}

/**
 * Returns the signature of a callback: the lower-case hex SHA-1 of secret, timestamp and nonce, sorted as text and
 * joined. The rest of the body is not signed.
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
