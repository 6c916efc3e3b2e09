import { isRecord, isTexts, parseJson } from '../config/option-rules.js';
import { errorClassOf } from '../errors/code-table.js';
import {
  type ZimCallError,
  ZimConnectionError,
  ZimIdempotencyError,
  ZimProtocolError,
  ZimRateLimitError,
  ZimServiceError,
  ZimTimeoutError,
  type ZimUserFailure,
} from '../errors/errors.js';
import type { Deadline } from '../time/deadline.js';
import type { KeyAnswer } from './idempotency-store.js';

type StoredError = Pick<
  ZimCallError,
  | ('kind' | 'message' | 'action' | 'attempts' | 'vendorCode')
  | ('requestId' | 'advice' | 'errorUsers' | 'correlationId')
>;

export type StoredResult<T> = { readonly done: T } | { readonly unknown: StoredError };

/** Of a failure that this package did not report: the call may have taken effect. */
export const unexpected: StoredError = {
  kind: 'connection',
  message: 'the call failed with an unexpected error',
  attempts: 1,
};

const classes = { timeout: ZimTimeoutError, protocol: ZimProtocolError, service: ZimServiceError };

const reasons = {
  other:
    'this idempotencyKey was used before for a call with other contents; use a new key for each call',
  full: 'this process stores as many idempotency keys as idempotencyMaxKeys allows and takes no new one; nothing was sent',
  unavailable:
    'the Redis that stores idempotency keys is unavailable, so it is not known whether this one is new; nothing was sent',
  lost: 'the instance that made the call with this idempotencyKey is gone and did not report its result; it may have taken effect',
  forgotten:
    'Redis lost this idempotencyKey while its call was under way; it may have taken effect',
  unreadable:
    'what is stored under this idempotencyKey cannot be read; its call may have taken effect',
};

/**
 * Returns the result of a call that was made before, from JSON.
 * @throws ZimCallError of that call, of the same class; or of a result that cannot be read
 */
export function replay<T>(
  action: string,
  json: string,
  revive: (stored: unknown) => T | undefined,
): T {
  const stored = parseJson(json);
  // Anything may be stored in a Redis.
  const { done, unknown }: Record<string, unknown> = isRecord(stored) ? stored : {};
  if (isStoredError(unknown)) throw reviveError(unknown);
  const result = done === undefined ? undefined : revive(done);
  if (result === undefined) throw answerError(action, { state: 'unreadable' });
  return result;
}

export function stoppedError(
  action: string,
  isKnown: boolean,
  { stopped }: Deadline,
): ZimCallError {
  const error = stopped === 'out-of-time' ? ZimTimeoutError : ZimConnectionError;
  const reason = isKnown
    ? 'the call with this idempotencyKey is still under way; it may have taken effect'
    : 'the store did not answer whether this idempotencyKey is new; nothing was sent';
  return new error(`${action}: ${reason}`, { outcome: isKnown ? 'unknown' : 'not-sent', action });
}

/** Of a key that is neither new nor has a result. */
export function answerError(
  action: string,
  answer: Exclude<KeyAnswer, { readonly state: 'ended' }>,
): ZimCallError {
  const message = `${action}: ${reasons[answer.state]}`;
  const notSent = { outcome: 'not-sent', action } as const;
  switch (answer.state) {
    case 'other':
      return new ZimIdempotencyError(message, notSent);
    case 'full':
      return new ZimRateLimitError(message, { ...notSent, retryAfterMs: answer.retryAfterMs });
    case 'unavailable':
      return new ZimConnectionError(message, notSent);
    default:
      return new ZimConnectionError(message, { outcome: 'unknown', action });
  }
}

function reviveError(stored: StoredError): ZimCallError {
  const { kind, message, action, attempts, vendorCode, requestId, advice } = stored;
  const { errorUsers, correlationId } = stored;
  const known = Object.entries(classes).find(([name]) => name === kind)?.[1];
  const ofCode = vendorCode === undefined ? ZimConnectionError : errorClassOf(vendorCode);
  const details = { action, attempts, vendorCode, requestId, advice, errorUsers, correlationId };
  return new (known ?? ofCode)(message, { ...details, outcome: 'unknown' });
}

function isStoredError(value: unknown): value is StoredError {
  if (!isRecord(value)) return false;
  const { kind, message, attempts, vendorCode, errorUsers } = value;
  const { action, requestId, advice, correlationId } = value;
  return (
    isTexts([kind, message]) &&
    typeof attempts === 'number' &&
    (vendorCode === undefined || typeof vendorCode === 'number') &&
    (errorUsers === undefined || isUserFailures(errorUsers)) &&
    isTexts([action, requestId, advice, correlationId].filter((text) => text !== undefined))
  );
}

export function isUserFailures(value: unknown): value is readonly ZimUserFailure[] {
  return Array.isArray(value) && value.every(isUserFailure);
}

function isUserFailure(value: unknown): value is ZimUserFailure {
  if (!isRecord(value)) return false;
  const { userId, vendorCode, reason } = value;
  const isCode = vendorCode === undefined || typeof vendorCode === 'number';
  return isTexts([userId, reason]) && isCode;
}
