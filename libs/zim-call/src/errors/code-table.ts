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

/** A class of errors that are caused by a return code. */
export type ZimVendorErrorClass = new (message: string, details: ZimErrorDetails) => ZimCallError;

interface CodeMapping {
  readonly error: ZimVendorErrorClass;
  readonly status: number;
}

const badRequest = { error: ZimInvalidRequestError, status: 400 };
const rateLimit = { error: ZimRateLimitError, status: 503 };
const auth = { error: ZimAuthError, status: 502 };
const service = { error: ZimServiceError, status: 502 };
const notRegistered = { error: ZimUserNotRegisteredError, status: 422 };

/** Of the gateway's codes, 100000000 to 100000017, those that report its own failure, whatever the credentials are. */
const gatewayFailures: readonly number[] = [100000010, 100000011, 100000012, 100000015];
const gatewayCodes = Array.from({ length: 18 }, (_, index) => 100000000 + index);

/**
 * The only mapping of return codes to error classes and HTTP statuses. Other codes are `rateLimit` if that is their
 * category, and `service` otherwise.
 */
const mappings = new Map<number, CodeMapping>([
  [2, badRequest],
  [660000002, badRequest],
  [660000011, badRequest],
  [660000012, badRequest],
  [660700006, badRequest],
  [660700007, badRequest],
  [660900007, badRequest],
  [660500002, notRegistered],
  [660700012, notRegistered],
  [660700015, notRegistered],
  [660900003, notRegistered],
  [660900004, { error: ZimCallNotFoundError, status: 404 }],
  [660900005, { error: ZimCallStateError, status: 409 }],
  [660900006, { error: ZimCallStateError, status: 409 }],
  [660900008, { error: ZimCallStateError, status: 403 }],
  [3, auth],
  ...gatewayCodes
    .filter((code) => !gatewayFailures.includes(code))
    .map((code): [number, CodeMapping] => [code, auth]),
]);

/** The HTTP status of errors without a return code. */
const statusByKind: Record<ZimErrorKind, number> = {
  'invalid-request': 400,
  'user-not-registered': 422,
  'call-not-found': 404,
  'call-state': 409,
  idempotency: 409,
  'rate-limit': 503,
  auth: 502,
  service: 502,
  connection: 502,
  timeout: 504,
  protocol: 502,
  config: 500,
};

function mappingOf(code: number): CodeMapping {
  const isRateLimit = findZimReturnCode(code)?.category === 'rate-limit';
  return mappings.get(code) ?? (isRateLimit ? rateLimit : service);
}

/** Returns the error class of a return code. */
export function errorClassOf(code: number): ZimVendorErrorClass {
  return mappingOf(code).error;
}

/** Returns the HTTP status with which your backend answers its caller after an error. */
export function httpStatusOf(error: ZimCallError): number {
  const status = statusOf(error);
  // A 4xx asks the caller to fix the request and send it again, which must not happen while phones may be ringing.
  return error.outcome === 'unknown' && status < 500 ? 502 : status;
}

function statusOf(error: ZimCallError): number {
  if (error.vendorCode !== undefined) return mappingOf(error.vendorCode).status;
  if (error.kind === 'connection' && error.outcome === 'not-sent') return 503;
  return statusByKind[error.kind];
}
