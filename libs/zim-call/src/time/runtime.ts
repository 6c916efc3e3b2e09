import { randomUUID } from 'node:crypto';

/** A monotonic clock, and timers. */
export interface ZimTimers {
  /** Milliseconds of a clock that never steps. */
  monotonicMs(): number;
  /** Calls back once after so many milliseconds. Returns a function that cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** The clocks, timers and randomness of this package, injected so that tests control them. */
export interface ZimRuntime extends ZimTimers {
  /** Unix time in milliseconds. */
  wallClockMs(): number;
  /** At least 0, below 1. */
  random(): number;
  /** Whether `NODE_ENV` is `production`, where conveniences of development are logged as warnings. */
  isProduction(): boolean;
  /** 16 random hex characters. */
  nonce(): string;
}

/** The token of the {@link ZimRuntime}. Tests of an application may override its provider, to control the time. */
export const ZIM_RUNTIME = Symbol('ZIM_RUNTIME');

/** The clocks, timers and randomness of Node.js. */
export const systemRuntime: ZimRuntime = {
  wallClockMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  isProduction: () => process.env['NODE_ENV'] === 'production',
  nonce: () => {
    // The first and the last eight digits are all random. Node generates UUIDs in batches: randomBytes costs ten times more.
    const uuid = randomUUID();
    return uuid.slice(0, 8) + uuid.slice(-8);
  },
};

/** Calls back at the earliest time that it was set for, never before it. */
export class Timer {
  private atMs = Number.POSITIVE_INFINITY;
  private cancel?: () => void;

  constructor(
    private readonly timers: ZimTimers,
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
