import type { RateLimitTimers } from './quota-pacer.js';

/** One timer at a time, for the earliest time that was asked for; never rings early. */
export class Alarm {
  private atMs = Number.POSITIVE_INFINITY;
  private cancel?: () => void;

  constructor(
    private readonly timers: RateLimitTimers,
    private readonly ring: () => void,
  ) {}

  /** A time that has come rings at once. */
  setFor(atMs: number): void {
    if (atMs >= this.atMs) return;
    this.clear();
    if (atMs <= this.timers.monotonicMs()) {
      this.ring();
      return;
    }
    this.atMs = atMs;
    this.arm();
  }

  clear(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.atMs = Number.POSITIVE_INFINITY;
  }

  private arm(): void {
    const delayMs = Math.max(1, Math.ceil(this.atMs - this.timers.monotonicMs()));
    this.cancel = this.timers.setTimer(Math.min(delayMs, 2 ** 31 - 1), () => {
      // Node's timers may fire a fraction of a millisecond early, and cannot wait for weeks.
      if (this.timers.monotonicMs() < this.atMs) {
        this.arm();
        return;
      }
      this.clear();
      this.ring();
    });
  }
}
