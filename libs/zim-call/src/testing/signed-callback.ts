import type { INestApplication } from '@nestjs/common';
import type { AddressInfo } from 'node:net';
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

/** Delivers a callback about AppID 1 to an application, signed with the secret `secret`; gives the HTTP status. */
export async function deliverCallback(
  app: INestApplication,
  nowMs: number,
  fields: { readonly event: string; readonly call_id: string } & Readonly<Record<string, unknown>>,
): Promise<number> {
  const timestamp = Math.floor(nowMs / 1000);
  const signature = signZimCallback({ callbackSecret: 'secret', timestamp, nonce: '1' });
  const { port } = app.getHttpServer().address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}${callbackPath}`, {
    method: 'POST',
    body: JSON.stringify({ appid: '1', nonce: '1', timestamp, signature, ...fields }),
  });
  return response.status;
}
