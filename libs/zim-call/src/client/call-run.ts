import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { ZimCallError } from '../errors/zim-call-error.js';
import type { Permit } from '../pacing/quota-pacer.js';
import type { Deadline, StopReason } from './deadline.js';
import { Failure } from './failure.js';
import { retryDelayMs } from './retry.js';

/** What a {@link CallRun} needs of its client. */
export interface CallRunPolicy {
  readonly maxAttempts: number;
  /** Waits until the next attempt may leave. */
  readonly takeTurn: () => Promise<Permit | Failure>;
  readonly random: () => number;
  readonly onRetry: (message: string) => void;
}

/** One call: its attempts, one after the other, under one deadline. */
export class CallRun {
  private attempts = 0;
  private signedAnew = false;
  private refused?: Failure;

  constructor(
    private readonly action: string,
    private readonly deadline: Deadline,
    private readonly policy: CallRunPolicy,
  ) {}

  /** @throws ZimCallError of the attempt that was the last */
  async complete<T>(attemptOnce: (permit: Permit) => Promise<T | Failure>): Promise<T> {
    for (;;) {
      const { stopped } = this.deadline;
      if (stopped !== undefined) throw this.finalError(stoppedFailure(stopped, false));
      const turn = await this.policy.takeTurn();
      if (turn instanceof Failure) throw this.finalError(turn);
      this.attempts++;
      const result = await attemptOnce(turn);
      if (!(result instanceof Failure)) return result;
      const waitMs = this.waitAfter(result);
      if (waitMs === undefined) throw this.finalError(result);
      const { outcome } = result.details;
      this.policy.onRetry(
        `${this.action}: attempt ${this.attempts} was ${outcome}, the next follows in ${Math.round(waitMs)} ms: ${result.message}`,
      );
      if (outcome === 'refused') this.refused = result;
      if (result.next === 'sign-anew') this.signedAnew = true;
      if (waitMs > 0) await this.deadline.sleep(waitMs);
    }
  }

  /** How long to wait for the next attempt, or `undefined` if there is none. */
  private waitAfter({ next }: Failure): number | undefined {
    if (next === 'give-up' || this.attempts >= this.policy.maxAttempts) return undefined;
    if (next === 'sign-anew' && this.signedAnew) return undefined;
    const waitMs = retryDelayMs(next, this.attempts, this.policy.random());
    return waitMs < this.deadline.remainingMs ? waitMs : undefined;
  }

  /** A last attempt that never left does not undo that ZIM has seen, and refused, one before. */
  private finalError(last: Failure): ZimCallError {
    const seen = this.refused !== undefined && last.details.outcome === 'not-sent';
    const failure = seen && this.refused !== undefined ? last.after(this.refused) : last;
    return failure.toError(this.action, this.attempts);
  }
}

const stopWords: Record<StopReason, string> = {
  aborted: 'aborted by the caller',
  closed: 'the module was closed',
  'out-of-time': 'no answer in time',
};

/** The failure of an attempt that was stopped. */
export function stoppedFailure(reason: StopReason, mayHaveLeft: boolean): Failure {
  const when = mayHaveLeft
    ? 'the request had left and may have taken effect'
    : 'the request had not left';
  return new Failure(
    reason === 'out-of-time' ? ZimTimeoutError : ZimConnectionError,
    `${stopWords[reason]}: ${when}`,
    { outcome: mayHaveLeft ? 'unknown' : 'not-sent' },
    reason === 'out-of-time' && !mayHaveLeft ? 'back-off' : 'give-up',
  );
}
