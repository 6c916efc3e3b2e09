import { ZimCallError, type ZimErrorDetails } from './zim-call-error.js';

/** One thing that is wrong with a request. */
export interface ZimFieldError {
  /** The field, as `userIds` or `offlinePush.title`; empty for the request as a whole. */
  readonly path: string;
  readonly message: string;
}

/**
 * The request breaks a rule. Refused here (`not-sent`, with {@link ZimInvalidRequestError.errors}) or by
 * ZIM (`rejected`: 2, 660000002, 660000011, 660000012, 660700006, 660700007, 660900007).
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

/** What a caller can use; the rest would only make a large answer out of a small request. */
const mostErrors = 20;
const longestText = 300;

function shorten(text: string): string {
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

/** The error of a request that was refused before it was sent. */
export function invalidRequest(
  errors: readonly ZimFieldError[],
  action?: string,
): ZimInvalidRequestError {
  const told = errors.slice(0, mostErrors).map(({ path, message }) => ({
    path: shorten(path),
    message: shorten(message),
  }));
  const more = errors.length > mostErrors ? `; and ${errors.length - mostErrors} more` : '';
  return new ZimInvalidRequestError(
    `${action ?? 'the request'} was not sent: ${told.map(({ message }) => message).join('; ')}${more}`,
    { outcome: 'not-sent', action },
    told,
  );
}

/** The acting user (660500002), the callees (660900003) or a user (660700012, 660700015) is not registered with ZIM. */
export class ZimUserNotRegisteredError extends ZimCallError {
  override readonly name = 'ZimUserNotRegisteredError';
  readonly kind = 'user-not-registered';
}

/** ZIM could not read the call: it may not exist, or ZIM failed to look it up, also when asked again (660900004). */
export class ZimCallNotFoundError extends ZimCallError {
  override readonly name = 'ZimCallNotFoundError';
  readonly kind = 'call-not-found';
}

/** The call has ended (660900005), timed out (660900006), or is not that user's (660900008). */
export class ZimCallStateError extends ZimCallError {
  override readonly name = 'ZimCallStateError';
  readonly kind = 'call-state';
}

/** The `idempotencyKey` was given for a call with other contents before. Nothing was sent. */
export class ZimIdempotencyError extends ZimCallError {
  override readonly name = 'ZimIdempotencyError';
  readonly kind = 'idempotency';
}

/**
 * Too many calls: ZIM throttles (7, 660300005, 660700001), or there is no turn within its quota before the
 * deadline (`not-sent`), or no room for a new idempotency key (`not-sent`). `retryAfterMs` says when to come back.
 */
export class ZimRateLimitError extends ZimCallError {
  override readonly name = 'ZimRateLimitError';
  readonly kind = 'rate-limit';
}

/** ZIM does not accept our credentials, clock or public parameters: ours to mend, never the caller's. */
export class ZimAuthError extends ZimCallError {
  override readonly name = 'ZimAuthError';
  readonly kind = 'auth';
}

/** ZIM's gateway failed (100000010, 100000011, 100000012, 100000015), or any other return code, documented or not. */
export class ZimServiceError extends ZimCallError {
  override readonly name = 'ZimServiceError';
  readonly kind = 'service';
}

/** The connection failed or the call was aborted: before sending (`not-sent`) or after (`unknown`). */
export class ZimConnectionError extends ZimCallError {
  override readonly name = 'ZimConnectionError';
  readonly kind = 'connection';
}

/** No answer in time. `unknown` once the request had left, else `not-sent`. */
export class ZimTimeoutError extends ZimCallError {
  override readonly name: string = 'ZimTimeoutError';
  readonly kind = 'timeout';
}

/** What came back is no answer of ZIM: no JSON, no integer `Code`, or a missing field. */
export class ZimProtocolError extends ZimCallError {
  override readonly name = 'ZimProtocolError';
  readonly kind = 'protocol';
}

/**
 * The module is configured wrongly. At boot it lists every problem at once, by path, and prints no value; at a
 * call it tells why the call could not be signed or made.
 */
export class ZimConfigError extends ZimCallError {
  override readonly name = 'ZimConfigError';
  readonly kind = 'config';
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[], details: ZimErrorDetails = notSent) {
    super(typeof problems === 'string' ? problems : listed(problems), details);
    this.problems = typeof problems === 'string' ? [problems] : problems;
  }
}

const notSent: ZimErrorDetails = { outcome: 'not-sent' };

function listed(problems: readonly string[]): string {
  return `ZimCallModule cannot work:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`;
}
