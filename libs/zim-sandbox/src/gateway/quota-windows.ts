import { type SandboxAssumptions } from '../core/assumptions.js';

const windowMs = 1000;

/** A way to count calls per second. */
export interface QuotaWindow {
  /** Counts a call, and returns whether it may pass. */
  take(nowMs: number): boolean;
  /** Returns how much of the limit is used. */
  used(nowMs: number): number;
}

interface QuotaRule {
  readonly limit: number;
  /** Whether a refused call is counted as well. */
  readonly countRefused: boolean;
}

/** Passes at most the limit in any 1000 ms. */
class SlidingWindow implements QuotaWindow {
  private readonly rule: QuotaRule;
  private arrivals: number[] = [];

  constructor(rule: QuotaRule) {
    this.rule = rule;
  }

  take(nowMs: number): boolean {
    this.dropOld(nowMs);
    const free = this.arrivals.length < this.rule.limit;
    if (free || this.rule.countRefused) this.arrivals.push(nowMs);
    // Only the newest `limit` arrivals matter.
    if (this.arrivals.length > this.rule.limit) this.arrivals.shift();
    return free;
  }

  used(nowMs: number): number {
    this.dropOld(nowMs);
    return this.arrivals.length;
  }

  private dropOld(nowMs: number): void {
    // By distance, so that a clock that is set back does not block the app until it catches up.
    this.arrivals = this.arrivals.filter((at) => Math.abs(nowMs - at) < windowMs);
  }
}

/**
 * Passes the limit in each wall-clock second, so up to twice the limit around the start of a second. Counting refused
 * calls changes nothing here.
 */
class FixedWindow implements QuotaWindow {
  private readonly rule: QuotaRule;
  private second = Number.NaN;
  private count = 0;

  constructor(rule: QuotaRule) {
    this.rule = rule;
  }

  take(nowMs: number): boolean {
    if (this.used(nowMs) >= this.rule.limit) return false;
    this.count++;
    return true;
  }

  used(nowMs: number): number {
    const second = Math.floor(nowMs / windowMs);
    if (second !== this.second) {
      this.second = second;
      this.count = 0;
    }
    return this.count;
  }
}

/** Starts full and refills evenly: passes the limit at once, then one call every `1000 / limit` ms. */
class TokenBucket implements QuotaWindow {
  private readonly rule: QuotaRule;
  private tokens: number;
  private refilledAtMs = Number.NaN;

  constructor(rule: QuotaRule) {
    this.rule = rule;
    this.tokens = rule.limit;
  }

  take(nowMs: number): boolean {
    this.refill(nowMs);
    if (this.tokens >= 1) {
      this.tokens--;
      return true;
    }
    if (this.rule.countRefused) this.tokens = 0;
    return false;
  }

  used(nowMs: number): number {
    this.refill(nowMs);
    return this.rule.limit - Math.floor(this.tokens);
  }

  private refill(nowMs: number): void {
    const elapsedMs = Number.isNaN(this.refilledAtMs) ? 0 : Math.max(0, nowMs - this.refilledAtMs);
    this.tokens = Math.min(this.rule.limit, this.tokens + (elapsedMs * this.rule.limit) / windowMs);
    this.refilledAtMs = nowMs;
  }
}

const windows: Record<SandboxAssumptions['quotaWindow'], new (rule: QuotaRule) => QuotaWindow> = {
  sliding: SlidingWindow,
  fixed: FixedWindow,
  'token-bucket': TokenBucket,
};

export function createQuotaWindow(
  kind: SandboxAssumptions['quotaWindow'],
  rule: QuotaRule,
): QuotaWindow {
  return new windows[kind](rule);
}
