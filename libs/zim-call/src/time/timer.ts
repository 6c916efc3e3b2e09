import type { Timers } from './runtime.js';

/** Calls back at the earliest time that it was set for, never before it. */
export class Timer {
  private atMs = Number.POSITIVE_INFINITY;
  private cancel?: () => void;

  constructor(
    private readonly timers: Timers,
    private readonly callback: () => void,
  ) {}

  /** For a time that has come, calls back before it returns. */
  setFor(atMs: number): void {
    if (atMs >= this.atMs) return;
    this.clear();
    if (atMs <= this.timers.monotonicMs()) {
      this.callback();
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
      this.callback();
    });
  }
}

/** Resolves when some work is done, at the latest after so many milliseconds. */
export async function waitAtMost(
  timers: Timers,
  limitMs: number,
  work: Promise<void>,
): Promise<void> {
  let cancel: () => void = () => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = timers.setTimer(limitMs, resolve);
  });
  await Promise.race([work, limit]);
  cancel();
}
