import { type ConsoleCall } from '../../src/console/console-events.js';

export interface Countdown {
  /** The remaining seconds, rounded up. */
  readonly seconds: number;
  /** The remaining part of the ring time, from 1 to 0. */
  readonly fraction: number;
}

/** Returns the remaining ring time of a call. `nowMs` is on the sandbox's clock. */
export function countdown(
  { createdAt, timeoutSeconds }: Pick<ConsoleCall, 'createdAt' | 'timeoutSeconds'>,
  nowMs: number,
): Countdown {
  const totalMs = timeoutSeconds * 1000;
  // The clock offset is approximate, so the page may be slightly ahead or behind.
  const remainingMs = Math.min(Math.max(createdAt + totalMs - nowMs, 0), totalMs);
  return {
    seconds: Math.ceil(remainingMs / 1000),
    fraction: totalMs === 0 ? 0 : remainingMs / totalMs,
  };
}
