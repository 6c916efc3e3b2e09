import { findZimAction } from 'zim-protocol';
import type { ZimOnUnknown } from '../config/request-options.js';
import type { ZimRetryBudget, ZimRetryPolicy } from '../config/zim-call-options.js';
import { HttpFailure } from '../http/http-attempt.js';
import type { HttpReply } from '../http/node-request.js';
import type { Deadline } from '../time/deadline.js';
import type { ZimRuntime } from '../time/runtime.js';
import type { AttemptHistory, Failure } from './failure.js';
import type { PreparedCall } from './classify.js';

/** How often a call is repeated that ZIM could not carry out at the time. */
const maxRetriesLater = 2;

export interface CallState {
  readonly call: PreparedCall<unknown>;
  readonly history: AttemptHistory;
  readonly deadline: Deadline;
  /** Whether a new signature would have another time. */
  readonly clockMoved: boolean;
}

export class RetryRules {
  private readonly budget: RetryBudget;

  constructor(
    private readonly policy: ZimRetryPolicy,
    private readonly onUnknown: ZimOnUnknown,
    private readonly runtime: ZimRuntime,
  ) {
    this.budget = new RetryBudget(policy.budget, runtime);
  }

  callStarted(): void {
    this.budget.callStarted();
  }

  /** How long to wait before the next attempt, in milliseconds; `undefined` if there is none. */
  delayAfter(failure: Failure, state: CallState): number | undefined {
    const { history, deadline } = state;
    const next = this.nextStep(failure, state);
    const isLast = next === 'give-up' || history.attempts >= this.policy.maxAttempts;
    if (isLast || deadline.stopped !== undefined) return undefined;
    // An expired signature is no sign of a ZIM that fails, and repeated once: it needs no budget.
    if (next === 'sign-again') return 0;
    // Throttled requests wait for their permit instead.
    const ownWaitMs = next === 'next-slot' ? 0 : this.backOffMs(history.attempts);
    const waitMs = Math.max(ownWaitMs, failure.askedWaitMs);
    return waitMs < deadline.remainingMs && this.budget.take() ? waitMs : undefined;
  }

  private nextStep(
    { next, details }: Failure,
    { call, history, clockMoved }: CallState,
  ): Failure['next'] {
    const { action, options } = call;
    const repeatable = findZimAction(action)?.repeatable ?? false;
    const onUnknown = options.onUnknown ?? (repeatable ? 'retry' : this.onUnknown);
    switch (next) {
      case 'stop':
        return 'give-up';
      case 'retry-later':
        return repeatable && history.countOf(next) < maxRetriesLater ? next : 'give-up';
      case 'sign-again':
        return clockMoved && history.countOf(next) === 0 ? next : 'give-up';
      default:
        return details.outcome === 'unknown' && onUnknown === 'retry' ? 'back-off' : next;
    }
  }

  /** Spread over the whole length at random, so that instances that failed together do not return together. */
  private backOffMs(attempt: number): number {
    const { baseDelayMs, maxDelayMs } = this.policy;
    return this.runtime.random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
  }
}

/** Retries that a client may still make: while ZIM fails for all, they would multiply its load. */
class RetryBudget {
  private tokens: number;
  private filledAtMs: number;

  constructor(
    private readonly rules: ZimRetryBudget,
    private readonly runtime: ZimRuntime,
  ) {
    this.tokens = rules.capacity;
    this.filledAtMs = runtime.monotonicMs();
  }

  callStarted(): void {
    this.add(this.rules.perCall);
  }

  take(): boolean {
    const nowMs = this.runtime.monotonicMs();
    this.add((this.rules.perSecond * (nowMs - this.filledAtMs)) / 1000);
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens--;
    return true;
  }

  private add(tokens: number): void {
    this.tokens = Math.min(this.rules.capacity, this.tokens + tokens);
  }
}

/** How long another endpoint stands in for the preferred one before that is tried again. */
const standInMs = 60_000;

/** The origins of a client, in the order of preference. The first is called; while it is unreachable, the next. */
export class Endpoints {
  private index = 0;
  private movedAtMs = 0;

  constructor(
    private readonly origins: readonly [string, ...string[]],
    private readonly runtime: ZimRuntime,
  ) {}

  get current(): string {
    const isOver = this.runtime.monotonicMs() - this.movedAtMs >= standInMs;
    if (this.index !== 0 && isOver) this.index = 0;
    return this.origins[this.index] ?? this.origins[0];
  }

  /** Moves on if the origin could not be reached. Of calls that find out together, one moves. */
  learn(origin: string, reply: HttpReply | HttpFailure): void {
    if (!(reply instanceof HttpFailure) || !reply.unreachable || origin !== this.current) return;
    this.index = (this.index + 1) % this.origins.length;
    this.movedAtMs = this.runtime.monotonicMs();
  }
}
