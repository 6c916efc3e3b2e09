import { type SandboxAssumptions } from '../core/assumptions.js';

const windowMs = 1000;

/** One way to count calls a second. */
export interface QuotaWindow {
  /** Whether a call may pass now; it is counted if so. */
  take(nowMs: number): boolean;
  /** How much of the limit is spent now. */
  used(nowMs: number): number;
}

interface QuotaRule {
  readonly limit: number;
  /** Whether a call that may not pass is counted as well. */
  readonly countRefused: boolean;
}

/** No more than the limit in any 1000 ms, wherever they begin. */
class SlidingWindow implements QuotaWindow {
  readonly #rule: QuotaRule;
  #arrivals: number[] = [];

  constructor(rule: QuotaRule) {
    this.#rule = rule;
  }

  take(nowMs: number): boolean {
    this.#forget(nowMs);
    const free = this.#arrivals.length < this.#rule.limit;
    if (free || this.#rule.countRefused) this.#arrivals.push(nowMs);
    // More than the newest `limit` never matter.
    if (this.#arrivals.length > this.#rule.limit) this.#arrivals.shift();
    return free;
  }

  used(nowMs: number): number {
    this.#forget(nowMs);
    return this.#arrivals.length;
  }

  #forget(nowMs: number): void {
    // By distance, so that a machine clock that is set back does not block the app until it has caught up.
    this.#arrivals = this.#arrivals.filter((at) => Math.abs(nowMs - at) < windowMs);
  }
}

/**
 * The limit anew with each wall-clock second, so up to twice the limit around its edge. Counting refused
 * calls changes nothing here.
 */
class FixedWindow implements QuotaWindow {
  readonly #rule: QuotaRule;
  #second = Number.NaN;
  #count = 0;

  constructor(rule: QuotaRule) {
    this.#rule = rule;
  }

  take(nowMs: number): boolean {
    if (this.used(nowMs) >= this.#rule.limit) return false;
    this.#count++;
    return true;
  }

  used(nowMs: number): number {
    const second = Math.floor(nowMs / windowMs);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return this.#count;
  }
}

/** Starts full, refills evenly: the limit at once, then one call each `1000 / limit` ms. */
class TokenBucket implements QuotaWindow {
  readonly #rule: QuotaRule;
  #tokens: number;
  #filledAt = Number.NaN;

  constructor(rule: QuotaRule) {
    this.#rule = rule;
    this.#tokens = rule.limit;
  }

  take(nowMs: number): boolean {
    this.#fill(nowMs);
    if (this.#tokens >= 1) {
      this.#tokens--;
      return true;
    }
    if (this.#rule.countRefused) this.#tokens = 0;
    return false;
  }

  used(nowMs: number): number {
    this.#fill(nowMs);
    return this.#rule.limit - Math.floor(this.#tokens);
  }

  #fill(nowMs: number): void {
    const elapsedMs = Number.isNaN(this.#filledAt) ? 0 : Math.max(0, nowMs - this.#filledAt);
    this.#tokens = Math.min(
      this.#rule.limit,
      this.#tokens + (elapsedMs * this.#rule.limit) / windowMs,
    );
    this.#filledAt = nowMs;
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
