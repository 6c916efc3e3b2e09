/**
 * What happened to the call.
 *
 * - `not-sent`: no byte of the request reached ZIM.
 * - `refused`: ZIM refused to process the request and did nothing; it may be sent again.
 * - `rejected`: ZIM processed the request and answered no.
 * - `unknown`: **phones may be ringing**. ZIM has no operation that reports or undoes it.
 */
export type ZimErrorOutcome = 'not-sent' | 'refused' | 'rejected' | 'unknown';

/** The class of an error, as text that is the same after minification and in other copies of this package. */
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

/** The fields of an error besides its message. */
export interface ZimErrorDetails {
  readonly outcome: ZimErrorOutcome;
  /** The operation of ZIM, such as `CallInvite`; absent for errors at boot. */
  readonly action?: string;
  /** The number of attempts that were made. */
  readonly attempts?: number;
  /** ZIM's id of the last request; ZEGO's support asks for it. */
  readonly requestId?: string;
  /** ZIM's return code. See https://www.zegocloud.com/docs/zim-server/return-codes */
  readonly vendorCode?: number;
  /** What the operator or the developer can do about it. */
  readonly advice?: string;
  readonly errorUsers?: readonly ZimUserFailure[];
  /** When a new call can succeed, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** The invite's correlation id, if it was sent with one: a later callback may still carry it. */
  readonly correlationId?: string;
  /** The call that the error is about, if it is known: it may be ringing. */
  readonly callId?: string;
  readonly cause?: Error;
}

const brand = Symbol.for('nestjs-zim-call.error');

/**
 * The base class of all errors of this package. It contains no URL, no secret and no signature, and neither does its
 * cause, so it can be logged completely.
 *
 * `instanceof ZimCallError` is also true for errors of another installed copy of the package.
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

  constructor(message: string, { cause, outcome, attempts = 0, ...details }: ZimErrorDetails) {
    super(message, cause && { cause });
    Object.defineProperty(this, brand, { value: true });
    this.outcome = outcome;
    this.attempts = attempts;
    const given = Object.entries<unknown>(details).filter(([, value]) => value !== undefined);
    Object.assign(this, Object.fromEntries(given));
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

/** Whether a value is an error of this package, or of another installed copy of it. */
export function isZimCallError(value: unknown): value is ZimCallError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** Adds to an error the correlation id of its invite. It stays the same object, stack included. */
export function withCorrelationId(error: ZimCallError, correlationId: string): ZimCallError {
  return Object.assign(error, { correlationId });
}
