import { randomUUID } from 'node:crypto';

/** A monotonic clock, and timers. */
export interface Timers {
  /** Milliseconds of a clock that never steps. */
  monotonicMs(): number;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}

/** Everything the client takes from its surroundings, so that tests can hold the clock and the dice. */
export interface ZimRuntime extends Timers {
  /** Unix time in milliseconds. */
  wallClockMs(): number;
  /** At least 0, below 1. */
  random(): number;
  /** Whether `NODE_ENV` is `production`: what is only a convenience in development is warned of then. */
  isProduction(): boolean;
  /** 16 hex characters that never come again. */
  nonce(): string;
}

/** The token of {@link ZimRuntime}. */
export const ZIM_RUNTIME = Symbol('ZIM_RUNTIME');

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
    // The first and the last eight digits are all random, and Node keeps a store of UUIDs: bytes cost ten times more.
    const uuid = randomUUID();
    return uuid.slice(0, 8) + uuid.slice(-8);
  },
};
