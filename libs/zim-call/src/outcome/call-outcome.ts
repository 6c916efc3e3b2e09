import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { StopReason } from '../time/deadline.js';

/**
 * The state of a callee: `ringing` until something else is known; `answered` if the call has ended, ZIM does not list
 * the callee among those who did not answer, and the callback with the answer is missing.
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

/** The state of a call. */
export interface CallProgress {
  readonly callees: readonly CalleeOutcome[];
  /** No phone rings any more. */
  readonly ended: boolean;
  /** When it ended, if ZIM reported that. */
  readonly endedAt?: Date;
  /**
   * It has ended, and no missing callback could change the result. A `call_timeout` leaves out callees who answered:
   * unless this backend made the invite, there may be callees of whom nothing is known yet.
   */
  readonly isComplete: boolean;
  /**
   * `accepted` as soon as one callee has; `rejected` if all have; `timed-out` if none accepted while the phones rang;
   * `cancelled` by the caller; `unknown` if it ended and the callbacks of some answers are missing.
   */
  readonly result?: 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'unknown';
  /** Of a cancelled or timed-out call: ZIM's word, such as `caller_cancel` or `timeout_cancel`. */
  readonly reason?: string;
}

/** The outcome of a call. */
export interface CallOutcome {
  readonly callId: string;
  readonly result: NonNullable<CallProgress['result']>;
  /** The callees who accepted. */
  readonly acceptedBy: readonly string[];
  readonly callees: readonly CalleeOutcome[];
  readonly reason?: string;
}

/** The `action` of errors about waiting for a call. */
export const action = 'outcome';

/**
 * No callback reported the outcome of a call before the deadline. The phones may still be ringing; call
 * `CallOutcomeService.outcome(callId)` to wait again.
 */
export class ZimOutcomeTimeoutError extends ZimTimeoutError {
  override readonly name: string = 'ZimOutcomeTimeoutError';
  override readonly callId: string;
  /** What was known of the call at the deadline. */
  readonly progress: CallProgress;

  constructor(callId: string, progress: CallProgress) {
    super(`no callback reported the outcome of call ${callId} before the deadline`, {
      outcome: 'unknown',
      action,
    });
    this.callId = callId;
    this.progress = progress;
  }
}

export function stoppedError(
  callId: string,
  reason: StopReason | undefined,
  progress: CallProgress,
): ZimTimeoutError | ZimConnectionError {
  if (reason === 'out-of-time') return new ZimOutcomeTimeoutError(callId, progress);
  const who = reason === 'closed' ? 'ended: the module was closed' : 'aborted by the caller';
  const details = { outcome: 'unknown', action, callId } as const;
  return new ZimConnectionError(`waiting for call ${callId} was ${who}`, details);
}
