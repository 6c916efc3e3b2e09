import { type JsonObject } from '../../src/core/json.js';

/** What a push notification shows. Absent, or no text: shown as missing. */
export interface Push {
  readonly title?: string;
  readonly content?: string;
}

/**
 * The push an invite carries, or `undefined` if it carries none. The object is as it was sent, so nothing in
 * it is certain.
 *
 * See https://www.zegocloud.com/docs/zim-server/messaging/messagebody-introduction
 */
export function readPush(offlinePush: JsonObject): Push | undefined {
  if (offlinePush['Enable'] !== 1) return undefined;
  return {
    ...textField('title', offlinePush['Title']),
    ...textField('content', offlinePush['Content']),
  };
}

function textField<Name extends string>(
  name: Name,
  value: unknown,
): Partial<Readonly<Record<Name, string>>> {
  const field: Partial<Record<Name, string>> = {};
  if (typeof value === 'string' && value !== '') field[name] = value;
  return field;
}
