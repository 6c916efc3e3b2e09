import fc from 'fast-check';
import {
  type CallInviteResult,
  isZimCallError,
  type ZimCallError,
  ZimProtocolError,
} from 'nestjs-zim-call';
import { readInviteReply } from 'nestjs-zim-call/testing';
import { findZimReturnCode } from 'zim-protocol';
import { countOf, seed, seeded } from '../support/property.js';
import { codeOf, replyTexts } from './random-replies.js';

const runs = countOf({ sample: 1_000, full: 100_000 });
const userIds = ['bob', 'carol'];
const received = { at: new Date(1_700_000_000_000), from: 'date-header' } as const;
/** Throttles and the expired signature: ZIM did nothing, whichever callees such a reply names. */
const refusalCodes = [7, 660300005, 660700001, 100000004];
const outcomes = ['not-sent', 'refused', 'rejected', 'unknown'];

type Read = CallInviteResult | ZimCallError;

/** Says what is wrong with what was read of a reply; `undefined` if nothing is. */
function wrongWith(text: string, read: Read): string | undefined {
  const code = codeOf(text);
  if (!(read instanceof Error)) {
    return code === 0 ? wrongWithResult(read) : 'a success that the reply does not claim';
  }
  if (!isZimCallError(read) || !outcomes.includes(read.outcome)) return 'not a ZimCallError';
  const error = read;
  if (error.message.length > 1_000 || /[^\x20-\x7e]/.test(error.message)) return 'an odd message';
  if (error.requestId !== undefined && !/^[\w-]{1,64}$/.test(error.requestId)) {
    return 'an odd request id';
  }
  if (code === undefined || code === 0) {
    const isUnknown = error instanceof ZimProtocolError && error.outcome === 'unknown';
    return isUnknown ? undefined : 'more than the reply says';
  }
  // What no page explains may have taken effect.
  const ofCode = findZimReturnCode(code)?.outcome ?? 'unknown';
  const outcome = namesEveryCallee(text) && !refusalCodes.includes(code) ? 'rejected' : ofCode;
  return error.vendorCode === code && error.outcome === outcome
    ? undefined
    : 'not what the code says';
}

/** Whether ErrorUsers has an entry for each callee. */
function namesEveryCallee(text: string): boolean {
  const errorUsers: unknown = Reflect.get(JSON.parse(text), 'ErrorUsers');
  if (!Array.isArray(errorUsers)) return false;
  const named = errorUsers.map((entry: unknown): unknown =>
    typeof entry === 'object' && entry !== null ? Reflect.get(entry, 'UserId') : undefined,
  );
  return userIds.every((userId) => named.includes(userId));
}

function wrongWithResult(result: CallInviteResult): string | undefined {
  const { callId, createdAt, createdAtFrom, requestId, invited, failed } = result;
  if (typeof callId !== 'string' || !/^[^\p{Cc}\p{Cs}]{1,32}$/u.test(callId))
    return 'an odd call id';
  if (createdAtFrom !== 'zim' && createdAt !== received.at) return 'a time from nowhere';
  if (!(createdAt instanceof Date) || Number.isNaN(createdAt.getTime())) return 'an odd time';
  if (typeof requestId !== 'string' || !/^[\w-]{0,64}$/.test(requestId)) return 'an odd request id';
  const callees = [...invited, ...failed.map(({ userId }) => userId)];
  if (callees.sort().join() !== userIds.join()) return 'not each callee once';
  const isReadable = failed.every(
    ({ vendorCode, reason }) =>
      (vendorCode === undefined || Number.isSafeInteger(vendorCode)) &&
      typeof reason === 'string' &&
      reason !== '',
  );
  return isReadable ? undefined : 'an odd failure';
}

function kindOf(code: number | undefined, read: Read): string {
  if (!(read instanceof Error)) return read.failed.length > 0 ? 'partial success' : 'success';
  if (code === undefined) return 'unreadable';
  return code === 0 ? 'accepted, but unreadable' : read.outcome;
}

it(
  seeded(`${runs} random replies are each read, or known to be unreadable`),
  () => {
    const seen = new Map<string, number>();
    const property = fc.property(
      replyTexts,
      fc.constantFrom(200, 204, 302, 404, 500, 502, 999),
      fc.constantFrom('', 'application/json', 'text/html; charset=utf-8', '\0', 'a'.repeat(5_000)),
      (text, status, contentType) => {
        const result = readInviteReply({ status, contentType, text }, userIds, received);
        const code = codeOf(text);
        const kind = kindOf(code, result);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
        const wrong = wrongWith(text, result);
        if (wrong !== undefined) throw new Error(wrong);
      },
    );
    fc.assert(property, { numRuns: runs, seed });
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    const kinds = [
      'success',
      'partial success',
      'accepted, but unreadable',
      'unreadable',
      'refused',
      'rejected',
      'unknown',
    ];
    expect(kinds.filter((kind) => (seen.get(kind) ?? 0) < 0.005 * runs)).toEqual([]);
    expect([...seen.keys()].sort()).toEqual(kinds.sort());
  },
  180_000,
);
