import { findZimReturnCode } from 'zim-protocol';
import {
  ZimAuthError,
  type ZimCallError,
  ZimCallNotFoundError,
  ZimCallStateError,
  type ZimErrorDetails,
  type ZimErrorKind,
  ZimInvalidRequestError,
  ZimRateLimitError,
  ZimServiceError,
  ZimUserNotRegisteredError,
} from './errors.js';

export type ZimVendorErrorClass = new (message: string, details: ZimErrorDetails) => ZimCallError;

interface CodeRow {
  readonly error: ZimVendorErrorClass;
  readonly status: number;
  readonly codes: readonly number[];
}

const rateLimit: CodeRow = { error: ZimRateLimitError, status: 503, codes: [] };
const service: CodeRow = { error: ZimServiceError, status: 502, codes: [] };

/**
 * The only mapping of return codes to error classes and HTTP statuses. Other codes are `rateLimit` if that is their
 * category, and `service` otherwise: among them are 100000010, 11, 12 and 15, with which the gateway itself fails.
 */
const table: readonly CodeRow[] = [
  {
    error: ZimInvalidRequestError,
    status: 400,
    codes: [2, 660000002, 660000011, 660000012, 660700006, 660700007, 660900007],
  },
  {
    error: ZimUserNotRegisteredError,
    status: 422,
    codes: [660500002, 660700012, 660700015, 660900003],
  },
  { error: ZimCallNotFoundError, status: 404, codes: [660900004] },
  { error: ZimCallStateError, status: 409, codes: [660900005, 660900006] },
  { error: ZimCallStateError, status: 403, codes: [660900008] },
  {
    error: ZimAuthError,
    status: 502,
    codes: [
      3, 100000000, 100000001, 100000002, 100000003, 100000004, 100000005, 100000006, 100000007,
      100000008, 100000009, 100000013, 100000014, 100000016, 100000017,
    ],
  },
];

const rowsByCode = new Map(
  table.flatMap((row) => row.codes.map((code): [number, CodeRow] => [code, row])),
);

/** For each kind of error, the title of its problem and the HTTP status if ZIM gave no return code. */
const kinds: Record<ZimErrorKind, { readonly status: number; readonly title: string }> = {
  'invalid-request': { status: 400, title: 'The request is invalid' },
  'user-not-registered': { status: 422, title: 'A user is not registered with ZIM' },
  'call-not-found': { status: 404, title: 'ZIM could not read the call' },
  'call-state': { status: 409, title: 'The state of the call does not allow this' },
  idempotency: { status: 409, title: 'The idempotency key was used for another call' },
  'rate-limit': { status: 503, title: 'Too many calls' },
  auth: { status: 502, title: 'ZIM does not accept this backend' },
  service: { status: 502, title: 'ZIM failed' },
  connection: { status: 502, title: 'ZIM could not be reached' },
  timeout: { status: 504, title: 'ZIM did not answer before the timeout' },
  protocol: { status: 502, title: 'The reply of ZIM could not be read' },
  config: { status: 500, title: 'This backend is misconfigured' },
};

function rowOf(code: number): CodeRow {
  const isRateLimit = findZimReturnCode(code)?.category === 'rate-limit';
  return rowsByCode.get(code) ?? (isRateLimit ? rateLimit : service);
}

export function errorClassOf(code: number): ZimVendorErrorClass {
  return rowOf(code).error;
}

export function httpStatusOf(error: ZimCallError): number {
  const status = statusOf(error);
  // A 4xx asks the caller to fix the request and send it again, which must not happen while phones may be ringing.
  return error.outcome === 'unknown' && status < 500 ? 502 : status;
}

function statusOf(error: ZimCallError): number {
  if (error.vendorCode !== undefined) return rowOf(error.vendorCode).status;
  if (error.kind === 'connection' && error.outcome === 'not-sent') return 503;
  return kinds[error.kind].status;
}

export function titleOf({ kind }: ZimCallError): string {
  return kinds[kind].title;
}
