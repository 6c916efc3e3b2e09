/** What may be said about a single call. */
export interface CallOptions {
  /** Gives the call up. What had been sent by then is `unknown`. */
  readonly signal?: AbortSignal | null;
  /** How long this call may take, waits and repeated requests included. Default: the module's. */
  readonly deadlineMs?: number;
}
