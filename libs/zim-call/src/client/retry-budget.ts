import type { ZimRetryBudget } from '../options/retry-policies.js';
import type { ZimRuntime } from './runtime.js';

/** Repeated requests that a client may still make: while ZIM fails for all, they would be a multiple of its load. */
export class RetryBudget {
  private tokens: number;
  private filledAtMs: number;

  constructor(
    private readonly rules: ZimRetryBudget,
    private readonly runtime: ZimRuntime,
  ) {
    this.tokens = rules.capacity;
    this.filledAtMs = runtime.monotonicMs();
  }

  /** A new call gives back a part of one. */
  called(): void {
    this.add(this.rules.perCall);
  }

  /** @returns whether there was one left */
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
