import { type JsonObject } from '../../src/core/json.js';

/** The texts of a push notification. */
export interface Push {
  readonly title?: string;
  readonly content?: string;
}

/**
 * Reads the push notification of an invite; `undefined` if the invite has none. The object is what the client sent, so
 * any field may have any type.
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
