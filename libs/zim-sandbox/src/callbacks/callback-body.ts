import { randomInt } from 'node:crypto';
import { signZimCallback, type ZimCallback, type ZimCallbackCommon } from 'zim-protocol';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { type JsonObject } from '../core/json.js';
import { type SandboxApp } from '../core/settings.js';

type CommonField = Exclude<keyof ZimCallbackCommon, 'event'>;
type WithoutCommonFields<Callback> = Callback extends unknown ? Omit<Callback, CommonField> : never;

/** A callback without the fields of every callback: AppID, nonce, timestamp and signature. */
export type CallbackContent = WithoutCommonFields<ZimCallback>;

/**
 * Returns a callback signed with the app's CallbackSecret or, without one, its ServerSecret: the vendor's pages name
 * the one in one place and the other in another.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/authenticating-server-to-server-callbacks
 */
export function signCallback(app: SandboxApp, content: CallbackContent, nowMs: number): JsonObject {
  const callbackSecret = app.callbackSecret ?? app.serverSecret;
  // Fits in 32 bits, because the page says to convert it to a number, and is long enough to be unique in a second.
  const nonce = String(randomInt(100_000_000, 1_000_000_000));
  const timestamp = Math.floor(nowMs / 1000);
  const signature = signZimCallback({ callbackSecret, timestamp, nonce });
  return { appid: String(app.appId), ...content, nonce, signature, timestamp };
}

/**
 * Returns the text of the body. The pages call it JSON that has to be URL-decoded, the vendor's own receiver parses
 * it as it is: with `%` and `+` escaped inside the JSON, both read the same.
 */
export function encodeCallback(
  body: JsonObject,
  encoding: SandboxAssumptions['callbackEncoding'],
): string {
  const json = JSON.stringify(body);
  switch (encoding) {
    case 'escaped-json':
      // Both occur inside of texts only: no number of a callback is large enough for an exponent.
      return json.replaceAll('%', '\\u0025').replaceAll('+', '\\u002b');
    case 'json':
      return json;
    case 'url-encoded':
      return encodeURIComponent(json);
  }
}
