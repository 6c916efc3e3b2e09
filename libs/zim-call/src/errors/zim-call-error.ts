/**
 * What happened to the call.
 *
 * - `not-sent`: no byte of the request reached ZIM.
 * - `refused`: ZIM stopped it at the door and did nothing; it may be sent again.
 * - `rejected`: ZIM answered no.
 * - `unknown`: **it may be ringing**. ZIM has no operation that could tell or undo it.
 */
export type ZimErrorOutcome = 'not-sent' | 'refused' | 'rejected' | 'unknown';

/** Which class an error is of, as a text that survives minifiers and copies of this package. */
export type ZimErrorKind =
  | 'invalid-request'
  | 'user-not-registered'
  | 'call-not-found'
  | 'call-state'
  | 'idempotency'
  | 'rate-limit'
  | 'auth'
  | 'service'
  | 'connection'
  | 'timeout'
  | 'protocol'
  | 'config';

/** A user for whom the operation failed. */
export interface ZimUserFailure {
  readonly userId: string;
  /** ZIM's return code for this user; absent if its reply names the user without a readable one. */
  readonly vendorCode?: number;
  /** The meaning of the code. */
  readonly reason: string;
}

/** What an error knows besides its message. */
export interface ZimErrorDetails {
  readonly outcome: ZimErrorOutcome;
  /** The operation of ZIM, as `CallInvite`; absent for errors at boot. */
  readonly action?: string;
  /** How many attempts were made. */
  readonly attempts?: number;
  /** ZIM's id of the last request, for its support. */
  readonly requestId?: string;
  /** ZIM's return code. See https://www.zegocloud.com/docs/zim-server/return-codes */
  readonly vendorCode?: number;
  /** What the operator or the developer can do about it. */
  readonly advice?: string;
  readonly errorUsers?: readonly ZimUserFailure[];
  /** When it makes sense to try again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** The invite's correlation id, if it was sent with one: a later callback may still carry it. */
  readonly correlationId?: string;
  /** The call that the error is about, where it is known: it may be ringing. */
  readonly callId?: string;
  readonly cause?: Error;
}

const brand = Symbol.for('nestjs-zim-call.error');

/**
 * Every error of this package. It holds no URL, no secret and no signature, and neither does its cause, so
 * it may be logged whole.
 *
 * `instanceof ZimCallError` also recognises errors of another installed copy of the package.
 */
export abstract class ZimCallError extends Error {
  abstract readonly kind: ZimErrorKind;
  readonly outcome: ZimErrorOutcome;
  readonly action?: string;
  readonly attempts: number;
  readonly requestId?: string;
  readonly vendorCode?: number;
  readonly advice?: string;
  readonly errorUsers?: readonly ZimUserFailure[];
  readonly retryAfterMs?: number;
  readonly correlationId?: string;
  readonly callId?: string;

  constructor(message: string, details: ZimErrorDetails) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    Object.defineProperty(this, brand, { value: true });
    const { outcome, action, attempts = 0, requestId, vendorCode } = details;
    const { advice, errorUsers, retryAfterMs, correlationId, callId } = details;
    this.outcome = outcome;
    this.attempts = attempts;
    if (action !== undefined) this.action = action;
    if (requestId !== undefined) this.requestId = requestId;
    if (vendorCode !== undefined) this.vendorCode = vendorCode;
    if (advice !== undefined) this.advice = advice;
    if (errorUsers !== undefined) this.errorUsers = errorUsers;
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (correlationId !== undefined) this.correlationId = correlationId;
    if (callId !== undefined) this.callId = callId;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    if (this === ZimCallError) return isZimCallError(value);
    return Function.prototype[Symbol.hasInstance].call(this, value);
  }

  toJSON(): Record<string, unknown> {
    const { name, message, kind, ...details } = this;
    return { name, message, kind, ...details };
  }
}

/** Whether a value is an error of this package, of this copy or of another. */
export function isZimCallError(value: unknown): value is ZimCallError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Adds to an error the correlation id of its invite. It stays the same object, stack included. */
export function withCorrelationId(error: ZimCallError, correlationId: string): ZimCallError {
  return Object.assign(error, { correlationId });
}
