import { httpStatusOf } from './code-table.js';
import type { ZimFieldError, ZimInvalidRequestError } from './errors.js';
import type { ZimCallError, ZimErrorKind, ZimUserFailure } from './zim-call-error.js';

/** An RFC 9457 problem. It never holds a URL, a secret or a signature. */
export interface ZimProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly kind: ZimErrorKind;
  readonly outcome: ZimCallError['outcome'];
  readonly vendorCode?: number;
  /** ZIM's id of the request. */
  readonly requestId?: string;
  /** Of an invite that may be ringing: the mark by which callbacks and apps can tell it. */
  readonly correlationId?: string;
  /** The call whose outcome is not known yet. */
  readonly callId?: string;
  readonly errorUsers?: readonly ZimUserFailure[];
  /** For 400: what is wrong with which field. */
  readonly errors?: readonly ZimFieldError[];
}

const titles: Record<ZimErrorKind, string> = {
  'invalid-request': 'The request breaks a rule',
  'user-not-registered': 'A user is not registered with ZIM',
  'call-not-found': 'ZIM could not read the call',
  'call-state': 'The call does not allow this',
  idempotency: 'The idempotency key stands for another call',
  'rate-limit': 'Too many calls',
  auth: 'ZIM does not accept this backend',
  service: 'ZIM failed',
  connection: 'ZIM could not be reached',
  timeout: 'ZIM did not answer in time',
  protocol: 'ZIM answered something unreadable',
  config: 'This backend is configured wrongly',
};

/** The problem body of an error. */
export function toZimProblem(error: ZimCallError): ZimProblem {
  return {
    type: `urn:zim-call:problem:${error.kind}`,
    title: titles[error.kind],
    status: httpStatusOf(error),
    detail: error.message,
    kind: error.kind,
    outcome: error.outcome,
    vendorCode: error.vendorCode,
    requestId: error.requestId,
    correlationId: error.correlationId,
    callId: error.callId,
    errorUsers: error.errorUsers,
    errors: fieldErrorsOf(error),
  };
}

/** By what it holds: an error of another copy of this package is of another class. */
function fieldErrorsOf(error: ZimCallError): readonly ZimFieldError[] | undefined {
  return isInvalidRequest(error) ? error.errors : undefined;
}

function isInvalidRequest(error: ZimCallError): error is ZimInvalidRequestError {
  return error.kind === 'invalid-request' && 'errors' in error;
}

/** Seconds for the `Retry-After` header, if the error says when to come back. */
export function retryAfterSeconds(error: ZimCallError): number | undefined {
  return error.retryAfterMs === undefined ? undefined : Math.ceil(error.retryAfterMs / 1000);
}
