/** Why a callback is refused, in the words of the log. */
export type RefusalReason = 'body' | 'path' | 'signature' | 'age' | 'nonce';

/** A callback that is not accepted, and why: told to whoever sent it. */
export class CallbackError extends Error {
  /** @param reason none if the fault is on this side */
  constructor(
    readonly status: 400 | 401 | 413 | 500 | 503,
    message: string,
    readonly reason?: RefusalReason,
  ) {
    super(message);
  }
}

/** A callback's body breaks a rule. */
export function badBody(rule: string): CallbackError {
  return new CallbackError(400, rule, 'body');
}

/** A field of a callback's body breaks a rule. */
export function badField(field: string, rule: string): CallbackError {
  return badBody(`${field} ${rule}`);
}
