import type { ZimReply } from 'zim-protocol';
import { protocolFailure, readErrorUsers } from '../client/decode-reply.js';
import type { Failure } from '../client/failure.js';
import type { ZimUserFailure } from '../errors/zim-call-error.js';

/** What became of an invite: phones ring, though perhaps not all of them. */
export interface CallInviteResult {
  /** ZIM's id of the call: a decimal number of up to 20 digits, as text. */
  readonly callId: string;
  readonly createdAt: Date;
  /** ZIM's id of the request, for its support; empty if ZIM gave none. */
  readonly requestId: string;
  /**
   * The callees whose phones ring. Confirmed by a callback: those whom ZIM named, which leaves out who is logged
   * out; of the other callees nothing is known.
   */
  readonly invited: readonly string[];
  /** The callees that could not be invited, and why. Confirmed by a callback: always empty. */
  readonly failed: readonly ZimUserFailure[];
  /**
   * What told that the phones ring: ZIM's reply or, with the module's `correlation`, a `call_create` callback in
   * place of a reply that is missing.
   */
  readonly confirmedBy: 'reply' | 'callback';
}

/** The result of a reply to CallInvite whose `Code` is 0, or why it cannot be told. */
export function readCallInviteResult(
  reply: ZimReply,
  userIds: readonly string[],
): CallInviteResult | Failure {
  const callId = reply['CallId'];
  if (typeof callId !== 'string' || !/^\d{1,20}$/.test(callId)) return missing(reply, 'CallId');
  const createdAt = readMilliseconds(reply['CreateTime']);
  if (createdAt === undefined) return missing(reply, 'CreateTime');
  const failed = readErrorUsers(reply['ErrorUsers']);
  if (failed === undefined) return missing(reply, 'ErrorUsers');
  // Only what was asked for counts, and once.
  const failures = new Map(failed.map((failure) => [failure.userId, failure]));
  return {
    callId,
    createdAt,
    requestId: reply.RequestId,
    invited: userIds.filter((userId) => !failures.has(userId)),
    failed: userIds.flatMap((userId) => failures.get(userId) ?? []),
    confirmedBy: 'reply',
  };
}

/** A result that was written down as JSON. */
export function reviveCallInviteResult(stored: unknown): CallInviteResult | undefined {
  return isStoredResult(stored) ? { ...stored, createdAt: new Date(stored.createdAt) } : undefined;
}

function isStoredResult(
  stored: unknown,
): stored is Omit<CallInviteResult, 'createdAt'> & { readonly createdAt: string } {
  return typeof stored === 'object' && stored !== null && 'callId' in stored;
}

/** `CreateTime` comes as a number or, in older pages, as text. */
function readMilliseconds(value: unknown): Date | undefined {
  const ms = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof ms !== 'number') return undefined;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function missing(reply: ZimReply, field: string): Failure {
  return protocolFailure(
    `ZIM accepted it, but the reply's ${field} is not readable`,
    reply.RequestId,
  );
}
