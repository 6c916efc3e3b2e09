import { findZimReturnCode, isZimUserId, type ZimReply, type ZimReturnCode } from 'zim-protocol';
import { isRecord, parseJson } from '../config/option-rules.js';
import { errorClassOf } from '../errors/code-table.js';
import { type ZimErrorOutcome, ZimProtocolError, type ZimUserFailure } from '../errors/errors.js';
import type { HttpReply } from '../http/node-request.js';
import { Failure, type NextStep } from './failure.js';

const signatureExpired = 100000004;
/** The vendor's advice is to check the call, "or try again later". */
const callUnavailable = 660900004;
/** The platform's limit, and those of this package's operations. Both count per second. */
const perSecondThrottles = [7, 660300005, 660700001];
const throttleWindowMs = 1_000;
const maxVendorMessageLength = 200;
/** A server may echo the signature, 32 hex digits; request ids and media types have no runs of that length. */
const secretLike = /\w{32,}/;

/**
 * Reads the envelope of a reply, which decides: `Code` 0 is success and anything else is not, whatever the HTTP
 * status is; a reply without an integer `Code` proves nothing.
 */
export function decodeReply(reply: HttpReply, userIds?: readonly string[]): ZimReply | Failure {
  const fields = parseJson(reply.text);
  const code = isRecord(fields) ? fields['Code'] : undefined;
  if (!isRecord(fields) || typeof code !== 'number' || !Number.isSafeInteger(code)) {
    return unreadable(reply);
  }
  const envelope: ZimReply = {
    ...fields,
    Code: code,
    Message: textOf(fields['Message']),
    RequestId: requestIdOf(fields['RequestId']),
  };
  return code === 0 ? envelope : refusal(envelope, retryAfterMs(reply.headers), userIds);
}

/** The failure for a reply that is not one of ZIM's API: whether ZIM did anything is unknown. */
export function protocolFailure(message: string, requestId = '', askedWaitMs = 0): Failure {
  const details = { outcome: 'unknown', requestId: requestId || undefined } as const;
  const text = `${message}; it may have taken effect`;
  return new Failure(ZimProtocolError, text, details, 'give-up', askedWaitMs);
}

/**
 * The failure for a reply that reports success although the rest of it is unreadable: the request must not be sent
 * again, whatever the options say.
 */
export function doneButUnreadable(message: string, { RequestId }: ZimReply): Failure {
  const details = { outcome: 'unknown', requestId: RequestId || undefined } as const;
  return new Failure(ZimProtocolError, message, details, 'stop');
}

function refusal(
  reply: ZimReply,
  askedWaitMs: number | undefined,
  userIds: readonly string[] | undefined,
): Failure {
  const facts = findZimReturnCode(reply.Code);
  const meaning = facts?.meaning ?? `an undocumented code, ${quote(reply.Message)}`;
  const users = readErrorUsers(reply['ErrorUsers'] ?? reply['ErrorList'], userIds) ?? [];
  const throttled = perSecondThrottles.includes(reply.Code);
  const isRefused = throttled || reply.Code === signatureExpired;
  const noneInvited = !isRefused && namesEveryCallee(reply['ErrorUsers'], userIds);
  return new Failure(
    errorClassOf(reply.Code),
    `${meaning} (code ${reply.Code})${noneInvited ? '; ZIM could invite none of the callees' : ''}`,
    {
      outcome: noneInvited ? 'rejected' : outcomeOf(facts),
      vendorCode: reply.Code,
      requestId: reply.RequestId || undefined,
      advice: noneInvited ? 'look at the reason of each callee in errorUsers' : facts?.advice,
      errorUsers: users.length === 0 ? undefined : users,
      retryAfterMs: throttled ? Math.max(throttleWindowMs, askedWaitMs ?? 0) : undefined,
    },
    nextStep(reply.Code, throttled),
    askedWaitMs,
  );
}

/** An undocumented code does not prove that nothing happened. */
function outcomeOf(facts: ZimReturnCode | undefined): ZimErrorOutcome {
  return facts === undefined || facts.outcome === 'done' ? 'unknown' : facts.outcome;
}

/**
 * ZIM's page on CallInvite: if `Code` is not 0 and `ErrorUsers` is not empty, the invitation failed to be sent to all
 * specified users. That holds only if the list names all of them.
 */
function namesEveryCallee(errorUsers: unknown, userIds: readonly string[] = []): boolean {
  return userIds.length > 0 && readErrorUsers(errorUsers, userIds)?.length === userIds.length;
}

function nextStep(code: number, throttled: boolean): NextStep {
  if (code === signatureExpired) return 'sign-again';
  if (code === callUnavailable) return 'retry-later';
  return throttled ? 'next-slot' : 'give-up';
}

function unreadable(reply: HttpReply): Failure {
  const bytes = Buffer.byteLength(reply.text);
  const type = mediaTypeOf(reply.headers['content-type']);
  return protocolFailure(
    `the reply is no answer of ZIM (HTTP ${reply.status}, ${type}, ${bytes} bytes)`,
    '',
    retryAfterMs(reply.headers),
  );
}

/** Longer waits are not believed. */
const longestSeconds = 24 * 3600;

/** The wait that `Retry-After` asks for: seconds, or a date, which is compared with the server's own `Date`. */
export function retryAfterMs({
  'retry-after': header,
  date: dateHeader,
}: HttpReply['headers']): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header)) return Math.min(Number(header), longestSeconds) * 1000;
  const fromServer = Date.parse(header) - Date.parse(dateHeader ?? '');
  if (Number.isNaN(fromServer)) return undefined;
  return Math.min(Math.max(fromServer, 0), longestSeconds * 1000);
}

/** Anything that is not an id could be any text, even the signed URL. */
function requestIdOf(value: unknown): string {
  const isId = typeof value === 'string' && /^[\w-]{1,64}$/.test(value) && !secretLike.test(value);
  return isId ? value : '';
}

function mediaTypeOf(contentType = ''): string {
  const type = /^[\w.+-]{1,64}\/[\w.+-]{1,64}(?![^;\s])/.exec(contentType)?.[0];
  return type === undefined || secretLike.test(type) ? 'no content type' : type;
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A text of the server, cut, on one line, and without anything that looks like a signature or a secret. */
function quote(message: string): string {
  const clean = message
    .replace(/https?:\S+/gi, '[url]')
    .replace(/[0-9a-f]{32,}/gi, '[redacted]')
    .replace(/[^\x20-\x7e]+/g, ' ');
  return JSON.stringify(clean.slice(0, maxVendorMessageLength));
}

/**
 * The users of `ErrorUsers` or, in operations on users, `ErrorList`, each once; `undefined` if it is no list. Absent
 * or null means no user.
 *
 * Entries that name none of the users are skipped, for ZIM also writes empty and overlong ids there. A user that is
 * named has failed, even if the entry says nothing else that is readable.
 * @param userIds - the users whom the request was about; without them, every legal id in the list is read
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
  if (!isRecord(entry)) return undefined;
  const { UserId: userId, SubCode: code } = entry;
  if (typeof userId !== 'string' || !isZimUserId(userId)) return undefined;
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) {
    return { userId, reason: 'ZIM gave no readable code' };
  }
  return {
    userId,
    vendorCode: code,
    reason: findZimReturnCode(code)?.meaning ?? 'an undocumented code',
  };
}
