import { ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { ZimOnUnknown } from '../options/call-options.js';
import type { ZimRetryPolicy } from '../options/retry-policies.js';
import type { Permit } from '../pacing/quota-pacer.js';
import type { Deadline, StopReason } from './deadline.js';
import { Failure } from './failure.js';
import { backOffMs } from './retry.js';
import type { RetryBudget } from './retry-budget.js';

/** What a {@link CallRun} needs of its client. */
export interface CallRunPolicy {
  readonly retry: ZimRetryPolicy;
  readonly onUnknown: ZimOnUnknown;
  /** Whether sending it twice is as good as once. */
  readonly repeatable: boolean;
  readonly budget: RetryBudget;
  /** Waits until the next attempt may leave. */
  readonly takeTurn: () => Promise<Permit | Failure>;
  readonly random: () => number;
  readonly onRetry: (message: string) => void;
}

/** How often a call is repeated that ZIM could not carry out now. */
const mostAskedLater = 2;

/** One call: its attempts, one after the other, under one deadline. */
export class CallRun {
  private attemptsMade = 0;
  private signedAnew = false;
  private askedLater = 0;
  /** The attempt so far that says most about what may have happened. */
  private worst?: Failure;

  constructor(
    private readonly action: string,
    private readonly deadline: Deadline,
    private readonly policy: CallRunPolicy,
  ) {}

  get attempts(): number {
    return this.attemptsMade;
  }

  /** Whether an attempt before may have reached ZIM. */
  get mayHaveLeft(): boolean {
    return this.worst !== undefined && this.worst.details.outcome !== 'not-sent';
  }

  /** @throws ZimCallError of the attempt that was the last */
  async complete<T>(
    attemptOnce: (permit: Permit, attempt: number) => Promise<T | Failure>,
  ): Promise<T> {
    for (;;) {
      const { stopped } = this.deadline;
      if (stopped !== undefined) throw this.finalError(stoppedFailure(stopped, false));
      const turn = await this.policy.takeTurn();
      if (turn instanceof Failure) throw this.finalError(turn);
      this.attemptsMade++;
      const result = await attemptOnce(turn, this.attemptsMade);
      if (!(result instanceof Failure)) return result;
      const waitMs = this.waitAfter(result);
      if (waitMs === undefined) throw this.finalError(result);
      this.worst = result.orWorse(this.worst);
      if (result.next === 'sign-anew') this.signedAnew = true;
      if (result.next === 'ask-later') this.askedLater++;
      this.tellRetry(result, waitMs);
      if (waitMs > 0) await this.deadline.sleep(waitMs);
    }
  }

  /** How long to wait for the next attempt, or `undefined` if there is none. */
  private waitAfter(failure: Failure): number | undefined {
    const { retry, onUnknown, repeatable, budget } = this.policy;
    if (failure.next === 'stop') return undefined;
    const isOpen = failure.details.outcome === 'unknown' && onUnknown === 'retry';
    const next = isOpen ? 'back-off' : failure.next;
    if (next === 'give-up' || this.attemptsMade >= retry.maxAttempts) return undefined;
    if (next === 'ask-later' && (!repeatable || this.askedLater >= mostAskedLater))
      return undefined;
    if (this.deadline.stopped !== undefined) return undefined;
    // No sign of a ZIM that fails, and made once: it needs no budget.
    if (next === 'sign-anew') return this.signedAnew ? undefined : 0;
    const ownWaitMs = next === 'next-slot' ? 0 : this.ownWaitMs();
    const waitMs = Math.max(ownWaitMs, failure.askedWaitMs);
    return waitMs < this.deadline.remainingMs && budget.take() ? waitMs : undefined;
  }

  /** Throttled requests wait for their next turn instead. */
  private ownWaitMs(): number {
    return backOffMs(this.policy.retry, this.attemptsMade, this.policy.random());
  }

  private tellRetry({ details, message }: Failure, waitMs: number): void {
    this.policy.onRetry(
      `${this.action}: attempt ${this.attemptsMade} was ${details.outcome}, the next follows in ${Math.round(waitMs)} ms: ${message}`,
    );
  }

  private finalError(last: Failure) {
    const failure = this.worst === undefined ? last : last.after(this.worst);
    return failure.toError(this.action, this.attemptsMade);
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
