/** A callback that is not accepted, and why: told to whoever sent it. */
export class CallbackError extends Error {
  constructor(
    readonly status: 400 | 401 | 413 | 500 | 503,
    message: string,
  ) {
    super(message);
  }
}

/** A field of a callback's body breaks a rule. */
export function badField(field: string, rule: string): CallbackError {
  return new CallbackError(400, `${field} ${rule}`);
}
