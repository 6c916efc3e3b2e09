import { signZimCallback } from 'zim-protocol';

export const callbackSecret = 'callback-secret';
export const callbackPath = '/zim/callbacks';
/** The time at which callbacks are signed, in Unix seconds. */
export const callbackSeconds = 1_700_000_000;

/** The body of a `call_accept` with a right signature, unless the fields bring another. */
export function signedCallback(
  fields: Record<string, unknown> & { nonce?: string; timestamp?: number } = {},
  secret = callbackSecret,
) {
  const { nonce = '350176', timestamp = callbackSeconds } = fields;
  return {
    appid: '1',
    event: 'call_accept',
    call_id: '12261423186766631832',
    user_id: 'bob',
    extend_data: 'hi',
    signature: signZimCallback({ callbackSecret: secret, timestamp, nonce }),
    ...fields,
    nonce,
    timestamp,
  };
}
