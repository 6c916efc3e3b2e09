import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { StopReason } from '../time/deadline.js';

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

/** The name under which waiting for a call stands in errors. */
export const action = 'outcome';

/**
 * No callback said in time how a call went. The phones may go on ringing; `CallOutcomeService.outcome(callId)`
 * waits on.
 */
export class ZimOutcomeTimeoutError extends ZimTimeoutError {
  override readonly name: string = 'ZimOutcomeTimeoutError';
  override readonly callId: string;
  /** What was known of the call when the waiting ended. */
  readonly progress: CallProgress;

  constructor(callId: string, progress: CallProgress) {
    super(`no callback said in time how call ${callId} went`, { outcome: 'unknown', action });
    this.callId = callId;
    this.progress = progress;
  }
}

/** Why the waiting for a call ended before the call did. */
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
