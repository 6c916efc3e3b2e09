import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { CallInviteResult } from '../invite/call-invite.wire.js';
import type { WithdrawResult } from '../invite/call-withdraw.dto.js';
import type { StopReason } from '../time/deadline.js';

/**
 * The state of a callee: `ringing` until something else is known; `cancelled` by the caller, or withdrawn; `answered` if
 * the call has ended, ZIM does not list the callee among those who did not answer, and the callback with the answer is
 * missing.
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
   * `cancelled` by the caller, or because phones were withdrawn; `unknown` if it ended and the callbacks of some
   * answers are missing.
   */
  readonly result?: 'accepted' | 'rejected' | 'timed-out' | 'cancelled' | 'unknown';
  /**
   * Of a cancelled or timed-out call: ZIM's word, such as `caller_cancel` or `timeout_cancel`; or `withdrawn` if this
   * backend has withdrawn phones, and ZIM did not cancel the call.
   */
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

/** What became of an invite. */
export interface InviteAndOutcome {
  /** Who was invited, and who could not be. */
  readonly invite: CallInviteResult;
  /** As of the moment at which the wait ended. */
  readonly outcome: CallOutcome;
  /** Only present if `withdrawRest` has withdrawn phones that still rang. */
  readonly withdrawn?: WithdrawResult;
}

/** The `action` of errors about waiting for a call. */
export const action = 'outcome';

/**
 * Nothing reported the outcome of a call before the deadline. The phones may still be ringing, unless
 * {@link ZimOutcomeTimeoutError.withdrawn} says otherwise; call `CallOutcomeService.outcome(callId)` to wait again.
 */
export class ZimOutcomeTimeoutError extends ZimTimeoutError {
  override readonly name: string = 'ZimOutcomeTimeoutError';
  override readonly callId: string;
  /** What was known of the call at the deadline. */
  readonly progress: CallProgress;
  /** With `onAbort: 'withdraw'`: what became of the phones that still rang. */
  readonly withdrawn?: WithdrawResult;

  constructor(callId: string, progress: CallProgress, withdrawn?: WithdrawResult) {
    const message = `nothing reported the outcome of call ${callId} before the deadline`;
    super(message + describe(withdrawn), { outcome: 'unknown', action });
    this.callId = callId;
    this.progress = progress;
    if (withdrawn !== undefined) this.withdrawn = withdrawn;
  }
}

/** The `signal` aborted the wait for the outcome of a call, like {@link ZimOutcomeTimeoutError}. */
export class ZimOutcomeAbortedError extends ZimConnectionError {
  override readonly name: string = 'ZimOutcomeAbortedError';
  override readonly callId: string;
  /** What was known of the call by then. */
  readonly progress: CallProgress;
  /** With `onAbort: 'withdraw'`: what became of the phones that still rang. */
  readonly withdrawn?: WithdrawResult;

  constructor(callId: string, progress: CallProgress, withdrawn?: WithdrawResult) {
    const message = `waiting for call ${callId} was aborted by the caller`;
    super(message + describe(withdrawn), { outcome: 'unknown', action });
    this.callId = callId;
    this.progress = progress;
    if (withdrawn !== undefined) this.withdrawn = withdrawn;
  }
}

/** Without user ids, which are personal data: messages go into logs. */
function describe(withdrawn: WithdrawResult | undefined): string {
  if (withdrawn === undefined) return '';
  const { users } = withdrawn;
  const count = users.filter(({ result }) => result === 'withdrawn').length;
  return `; ${count} of the ${users.length} phones that were still ringing have been withdrawn`;
}

export function stoppedError(
  callId: string,
  reason: StopReason | undefined,
  progress: CallProgress,
): ZimTimeoutError | ZimConnectionError {
  if (reason === 'out-of-time') return new ZimOutcomeTimeoutError(callId, progress);
  if (reason === 'aborted') return new ZimOutcomeAbortedError(callId, progress);
  const details = { outcome: 'unknown', action, callId } as const;
  return new ZimConnectionError(
    `waiting for call ${callId} was ended: the module was closed`,
    details,
  );
}
