import { randomInt } from 'node:crypto';
import { signZimCallback } from 'zim-protocol';
import { type SandboxAssumptions } from '../core/assumptions.js';
import { type JsonObject } from '../core/json.js';
import { type SandboxApp } from '../core/settings.js';
import { type CallbackContent } from './callback-content.js';

/**
 * A callback as it is sent, signed with the app's CallbackSecret or, without one, its ServerSecret: the
 * vendor's pages name the one in one place and the other in another.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/authenticating-server-to-server-callbacks
 */
export function sealCallback(app: SandboxApp, content: CallbackContent, nowMs: number): JsonObject {
  const callbackSecret = app.callbackSecret ?? app.serverSecret;
  const nonce = String(randomInt(100_000, 1_000_000));
  const timestamp = Math.floor(nowMs / 1000);
  const signature = signZimCallback({ callbackSecret, timestamp, nonce });
  return { appid: String(app.appId), ...content, nonce, signature, timestamp };
}

/** The text of the body. */
export function encodeCallback(
  body: JsonObject,
  encoding: SandboxAssumptions['callbackEncoding'],
): string {
  const json = JSON.stringify(body);
  return encoding === 'url-encoded' ? encodeURIComponent(json) : json;
}
