import type { StopReason } from '../time/deadline.js';
import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { CallProgress } from './call-outcome.js';

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
