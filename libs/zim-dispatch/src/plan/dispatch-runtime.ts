import { randomUUID } from 'node:crypto';

/** The clock, timers and randomness of this package, injected so that tests control them. */
export interface DispatchRuntime {
  /** Unix time in milliseconds. */
  wallClockMs(): number;
  /** Calls back once after so many milliseconds. Returns a function that cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
  /** At least 16 random characters of letters and digits. */
  nonce(): string;
}

export const DISPATCH_RUNTIME = Symbol('DISPATCH_RUNTIME');

export const systemRuntime: DispatchRuntime = {
  wallClockMs: () => Date.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  nonce: () => randomUUID().replaceAll('-', ''),
};
