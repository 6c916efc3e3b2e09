import { findZimReturnCode, isZimUserId, type ZimReply } from 'zim-protocol';
import { errorClassOf } from '../errors/code-table.js';
import { ZimProtocolError } from '../errors/errors.js';
import type { ZimUserFailure } from '../errors/zim-call-error.js';
import { Failure, type NextStep } from './failure.js';
import type { TransportReply } from './http-transport.js';

const signatureExpired = 100000004;
/** The platform's limit, and those of the operations of this package: a second later there is room again. */
const perSecondThrottles = [7, 660300005, 660700001];
/** ZIM states its limits per second. */
const throttleWindowMs = 1_000;
const maxVendorMessageLength = 200;

/**
 * What a reply says. The envelope decides: `Code` 0 is success and anything else is not, whatever the HTTP
 * status is; a reply without an integer `Code` proves nothing.
 */
export function decodeReply(reply: TransportReply): ZimReply | Failure {
  const fields = parseObject(reply.text);
  const code = fields?.['Code'];
  if (fields === undefined || typeof code !== 'number' || !Number.isSafeInteger(code)) {
    return unreadable(reply);
  }
  const envelope: ZimReply = {
    ...fields,
    Code: code,
    Message: textOf(fields['Message']),
    RequestId: requestIdOf(fields['RequestId']),
  };
  return code === 0 ? envelope : refusal(envelope, reply.retryAfterMs);
}

/** The failure of a reply that has no place in ZIM's API. It is not known what ZIM did. */
export function protocolFailure(message: string, requestId = '', askedWaitMs = 0): Failure {
  const details = {
    outcome: 'unknown',
    requestId: requestId === '' ? undefined : requestId,
  } as const;
  const text = `${message}; it may have taken effect`;
  return new Failure(ZimProtocolError, text, details, 'give-up', askedWaitMs);
}

/**
 * The users of `ErrorUsers` or, in operations on users, `ErrorList`; `undefined` if malformed. Absent or null
 * means nobody.
 */
export function readErrorUsers(value: unknown): ZimUserFailure[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const users = value.map(readErrorUser);
  return users.every((user) => user !== undefined) ? users : undefined;
}

function readErrorUser(entry: unknown): ZimUserFailure | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const userId: unknown = Reflect.get(entry, 'UserId');
  const code: unknown = Reflect.get(entry, 'SubCode');
  if (typeof userId !== 'string' || !isZimUserId(userId)) return undefined;
  if (typeof code !== 'number' || !Number.isSafeInteger(code)) return undefined;
  return { userId, code, reason: findZimReturnCode(code)?.meaning ?? 'an undocumented code' };
}

function refusal(reply: ZimReply, askedWaitMs: number | undefined): Failure {
  const facts = findZimReturnCode(reply.Code);
  // A code that no page explains does not say that nothing happened.
  const outcome = facts === undefined || facts.outcome === 'done' ? 'unknown' : facts.outcome;
  const meaning = facts?.meaning ?? `an undocumented code, ${quote(reply.Message)}`;
  const users = readErrorUsers(reply['ErrorUsers'] ?? reply['ErrorList']);
  const throttled = perSecondThrottles.includes(reply.Code);
  return new Failure(
    errorClassOf(reply.Code),
    `${meaning} (code ${reply.Code})`,
    {
      outcome,
      vendorCode: reply.Code,
      requestId: reply.RequestId === '' ? undefined : reply.RequestId,
      advice: facts?.advice,
      errorUsers: users === undefined || users.length === 0 ? undefined : users,
      retryAfterMs: throttled ? Math.max(throttleWindowMs, askedWaitMs ?? 0) : undefined,
    },
    nextStep(reply.Code, throttled),
    askedWaitMs,
  );
}

function nextStep(code: number, throttled: boolean): NextStep {
  if (code === signatureExpired) return 'sign-anew';
  return throttled ? 'next-slot' : 'give-up';
}

function unreadable(reply: TransportReply): Failure {
  const bytes = Buffer.byteLength(reply.text);
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(reply.contentType)?.[0] ?? 'no content type';
  return protocolFailure(
    `the reply is no answer of ZIM (HTTP ${reply.status}, ${type}, ${bytes} bytes)`,
    '',
    reply.retryAfterMs,
  );
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whatever else stands in its place could be anything, the signed URL included. */
function requestIdOf(value: unknown): string {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value) ? value : '';
}

function textOf(value: unknown): string {
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
