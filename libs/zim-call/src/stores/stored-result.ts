import { errorClassOf } from '../errors/code-table.js';
import {
  ZimConnectionError,
  ZimProtocolError,
  ZimServiceError,
  ZimTimeoutError,
} from '../errors/errors.js';
import {
  isZimCallError,
  type ZimCallError,
  type ZimUserFailure,
} from '../errors/zim-call-error.js';

/** What is remembered of an error: its words, and what is needed to make it again. */
type StoredError = Pick<
  ZimCallError,
  | 'kind'
  | 'message'
  | 'action'
  | 'attempts'
  | 'vendorCode'
  | 'requestId'
  | 'advice'
  | 'errorUsers'
  | 'correlationId'
>;

/** How a call ended, for as long as its key is remembered. */
export type StoredEnd<T> = { readonly done: T } | { readonly unknown: StoredError };

/** What to remember of a failed call; nothing if it certainly did nothing. */
export function storedFailure(error: unknown): { readonly unknown: StoredError } | undefined {
  if (!isZimCallError(error)) return { unknown: unexpected };
  if (error.outcome !== 'unknown') return undefined;
  const { kind, message, action, attempts, vendorCode, requestId, advice } = error;
  const { errorUsers, correlationId } = error;
  const details = { action, attempts, vendorCode, requestId, advice, errorUsers, correlationId };
  return { unknown: { kind, message, ...details } };
}

const unexpected: StoredError = {
  kind: 'connection',
  message: 'the call failed in a way that nobody expected',
  attempts: 1,
};

const classes = {
  timeout: ZimTimeoutError,
  protocol: ZimProtocolError,
  service: ZimServiceError,
};

/** Reads what was stored. `undefined` if this package has not written it: anything can stand in a Redis. */
export function readEnd(
  end: string,
): { readonly done: unknown } | { readonly error: ZimCallError } | undefined {
  const stored = parse(end);
  if (!isRecord(stored)) return undefined;
  if ('done' in stored) return { done: stored['done'] };
  const failure = stored['unknown'];
  return isStoredError(failure) ? { error: revive(failure) } : undefined;
}

/** The same error, of the same class. */
function revive({ kind, message, ...details }: StoredError): ZimCallError {
  const known = Object.entries(classes).find(([name]) => name === kind)?.[1];
  const { vendorCode } = details;
  const ofCode = vendorCode === undefined ? ZimConnectionError : errorClassOf(vendorCode);
  return new (known ?? ofCode)(message, { ...details, outcome: 'unknown' });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object whose fields can be looked at. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether stored failures of users can be shown. */
export function isUserFailures(value: unknown): value is readonly ZimUserFailure[] {
  return Array.isArray(value) && value.every(isUserFailure);
}

function isUserFailure(value: unknown): value is ZimUserFailure {
  if (!isRecord(value)) return false;
  const { userId, vendorCode, reason } = value;
  const isCode = vendorCode === undefined || typeof vendorCode === 'number';
  return typeof userId === 'string' && isCode && typeof reason === 'string';
}

function isStoredError(value: unknown): value is StoredError {
  if (!isRecord(value)) return false;
  const { kind, message, attempts, vendorCode, errorUsers } = value;
  const { action, requestId, advice, correlationId } = value;
  return (
    [kind, message].every((text) => typeof text === 'string') &&
    typeof attempts === 'number' &&
    (vendorCode === undefined || typeof vendorCode === 'number') &&
    (errorUsers === undefined || isUserFailures(errorUsers)) &&
    [action, requestId, advice, correlationId].every(
      (text) => text === undefined || typeof text === 'string',
    )
  );
}
