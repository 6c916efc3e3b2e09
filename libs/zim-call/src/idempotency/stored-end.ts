import { errorClassOf } from '../errors/code-table.js';
import {
  ZimConnectionError,
  ZimProtocolError,
  ZimServiceError,
  ZimTimeoutError,
} from '../errors/errors.js';
import { isZimCallError, type ZimCallError } from '../errors/zim-call-error.js';

/** What is remembered of an error: its words, and what is needed to tell it again. */
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

/** The result of a call that was done. */
export function readDone(end: unknown): unknown {
  return typeof end === 'object' && end !== null ? Reflect.get(end, 'done') : undefined;
}

/** The same error, of the same class. */
export function revivedError(end: unknown): ZimCallError {
  const { kind, message, ...details } = isUnknown(end) ? end.unknown : unexpected;
  const known = Object.entries(classes).find(([name]) => name === kind)?.[1];
  const { vendorCode } = details;
  const ofCode = vendorCode === undefined ? ZimConnectionError : errorClassOf(vendorCode);
  const error = known ?? ofCode;
  return new error(message, { ...details, outcome: 'unknown' });
}

function isUnknown(end: unknown): end is { readonly unknown: StoredError } {
  return typeof end === 'object' && end !== null && 'unknown' in end;
}
