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

/** Any error of this package. Its `kind` says which: `error.kind === 'invalid-request'` gives `error.errors`. */
export type AnyZimCallError =
  | ZimInvalidRequestError
  | ZimUserNotRegisteredError
  | ZimCallNotFoundError
  | ZimCallStateError
  | ZimIdempotencyError
  | ZimRateLimitError
  | ZimAuthError
  | ZimServiceError
  | ZimConnectionError
  | ZimTimeoutError
  | ZimProtocolError
  | ZimConfigError;

/** Whether a value is an error of this package, or of another installed copy of it. */
export function isZimCallError(value: unknown): value is AnyZimCallError {
  return typeof value === 'object' && value !== null && brand in value;
}

/** One problem of a request. */
export interface ZimFieldError {
  /** The field, such as `userIds` or `offlinePush.title`; empty for the request as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * The request is invalid: found before sending (`not-sent`, with {@link ZimInvalidRequestError.errors}) or by ZIM
 * (`rejected`: 2, 660000002, 660000011, 660000012, 660700006, 660700007, 660900007).
 */
export class ZimInvalidRequestError extends ZimCallError {
  override readonly name = 'ZimInvalidRequestError';
  readonly kind = 'invalid-request';
  readonly errors: readonly ZimFieldError[];

  constructor(message: string, details: ZimErrorDetails, errors: readonly ZimFieldError[] = []) {
    super(message, details);
    this.errors = errors;
  }
}

// A small request must not cause a large response.
const maxErrors = 20;
const maxTextLength = 300;

function shorten(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}…`;
}

export function invalidRequest(
  errors: readonly ZimFieldError[],
  action?: string,
): ZimInvalidRequestError {
  const reported = errors.slice(0, maxErrors).map(({ path, message }) => ({
    path: shorten(path),
    message: shorten(message),
  }));
  const more = errors.length > maxErrors ? `; and ${errors.length - maxErrors} more` : '';
  return new ZimInvalidRequestError(
    `${action ?? 'the request'} was not sent: ${reported.map(({ message }) => message).join('; ')}${more}`,
    { outcome: 'not-sent', action },
    reported,
  );
}

/** The acting user (660500002), the callees (660900003) or a user (660700012, 660700015) is not registered with ZIM. */
export class ZimUserNotRegisteredError extends ZimCallError {
  override readonly name = 'ZimUserNotRegisteredError';
  readonly kind = 'user-not-registered';
}

/** ZIM could not read the call: it may not exist, or ZIM failed to read it repeatedly (660900004). */
export class ZimCallNotFoundError extends ZimCallError {
  override readonly name = 'ZimCallNotFoundError';
  readonly kind = 'call-not-found';
}

/** The call has ended (660900005), has timed out (660900006), or belongs to another user (660900008). */
export class ZimCallStateError extends ZimCallError {
  override readonly name = 'ZimCallStateError';
  readonly kind = 'call-state';
}

/** The `idempotencyKey` was used before, for a call with other content. Nothing was sent. */
export class ZimIdempotencyError extends ZimCallError {
  override readonly name = 'ZimIdempotencyError';
  readonly kind = 'idempotency';
}

/**
 * Too many calls: ZIM throttles (7, 660300005, 660700001), its quota has no free slot before the deadline
 * (`not-sent`), or the store of idempotency keys is full (`not-sent`). `retryAfterMs` says when to try again.
 */
export class ZimRateLimitError extends ZimCallError {
  override readonly name = 'ZimRateLimitError';
  readonly kind = 'rate-limit';
}

/** ZIM does not accept this backend's credentials, clock or public parameters: its operator has to fix them. */
export class ZimAuthError extends ZimCallError {
  override readonly name = 'ZimAuthError';
  readonly kind = 'auth';
}

/** ZIM's gateway failed (100000010, 100000011, 100000012, 100000015), or any other return code, documented or not. */
export class ZimServiceError extends ZimCallError {
  override readonly name = 'ZimServiceError';
  readonly kind = 'service';
}

/** The connection failed or the call was aborted, before the request was sent (`not-sent`) or after (`unknown`). */
export class ZimConnectionError extends ZimCallError {
  override readonly name: string = 'ZimConnectionError';
  readonly kind = 'connection';
}

/** The deadline or a request's timeout has passed: before the request was sent (`not-sent`) or after (`unknown`). */
export class ZimTimeoutError extends ZimCallError {
  override readonly name: string = 'ZimTimeoutError';
  readonly kind = 'timeout';
}

/** The reply is not one of ZIM's: not JSON, without an integer `Code`, or without a required field. */
export class ZimProtocolError extends ZimCallError {
  override readonly name = 'ZimProtocolError';
  readonly kind = 'protocol';
}

/**
 * The module is misconfigured. At boot it lists all problems with their paths and without values; during a call it
 * says why the call could not be signed or sent.
 */
export class ZimConfigError extends ZimCallError {
  override readonly name = 'ZimConfigError';
  readonly kind = 'config';
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[], details: ZimErrorDetails = notSent) {
    super(typeof problems === 'string' ? problems : toList(problems), details);
    this.problems = typeof problems === 'string' ? [problems] : problems;
  }
}

const notSent: ZimErrorDetails = { outcome: 'not-sent' };

function toList(problems: readonly string[]): string {
  return `ZimCallModule is misconfigured:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`;
}
