import { findZimReturnCode, isZimUserId } from 'zim-protocol';
import type { ZimUserFailure } from '../errors/zim-call-error.js';

/**
 * The users of `ErrorUsers` or, in operations on users, `ErrorList`, each once; `undefined` if it is no list. Absent
 * or null means nobody.
 *
 * Entries that name none of the users are skipped, for ZIM also writes empty and overlong ids there. A user that is
 * named has failed, even if the entry says nothing else that is readable.
 * @param userIds those whom the request was about; without them, whoever is named by a legal id
 */
export function readErrorUsers(
  value: unknown,
  userIds?: readonly string[],
): readonly ZimUserFailure[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const failures = new Map<string, ZimUserFailure>();
  for (const entry of value) {
    const failure = readErrorUser(entry);
    if (failure !== undefined) failures.set(failure.userId, failure);
  }
  return (userIds ?? [...failures.keys()]).flatMap((userId) => failures.get(userId) ?? []);
}

function readErrorUser(entry: unknown): ZimUserFailure | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const userId: unknown = Reflect.get(entry, 'UserId');
  if (typeof userId !== 'string' || !isZimUserId(userId)) return undefined;
  const code: unknown = Reflect.get(entry, 'SubCode');
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) {
    return { userId, reason: 'ZIM gave no readable code' };
  }
  return {
    userId,
    vendorCode: code,
    reason: findZimReturnCode(code)?.meaning ?? 'an undocumented code',
  };
}
