/**
 * How a callee stands: `ringing` until something is known; `answered` when the call has ended, ZIM did not
 * count the callee among the silent ones, and the callback with the answer is missing.
 */
export type CalleeState =
  'ringing' | 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'answered';

/** A callee in a call. */
export interface CalleeOutcome {
  readonly userId: string;
  readonly state: CalleeState;
  readonly at?: Date;
  readonly extendedData?: string;
}

/** How a call stands. */
export interface CallProgress {
  readonly callees: readonly CalleeOutcome[];
  /** No phone rings any more. */
  readonly ended: boolean;
  /** When ZIM said that it has ended. */
  readonly endedAt?: Date;
  /**
   * It has ended, and no callback that is still missing could change the result. A `call_timeout` leaves out who
   * answered: unless the invite was made by this backend, there may be callees of whom nothing is known yet.
   */
  readonly isComplete: boolean;
  /**
   * `accepted` as soon as somebody has; `rejected` if all have; `timed-out` if nobody accepted in time;
   * `cancelled` by the caller; `unknown` if it ended and the callbacks of some answers are missing.
   */
  readonly result?: 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'unknown';
  /** Of a cancelled or timed-out call: ZIM's word, as `caller_cancel` or `timeout_cancel`. */
  readonly reason?: string;
}

/** How a call went. */
export interface CallOutcome {
  readonly callId: string;
  readonly result: NonNullable<CallProgress['result']>;
  /** Who accepted, if anybody did. */
  readonly acceptedBy: readonly string[];
  readonly callees: readonly CalleeOutcome[];
  readonly reason?: string;
}
