import { type ConsoleCall } from '../../src/console/console-events.js';

export interface Countdown {
  /** Whole seconds that are left, begun ones counted. */
  readonly seconds: number;
  /** What is left of the ring time, from 1 down to 0. */
  readonly fraction: number;
}

/** What is left of a call's ring time. `nowMs` is the sandbox's time. */
export function countdown(
  { createdAt, timeoutSeconds }: Pick<ConsoleCall, 'createdAt' | 'timeoutSeconds'>,
  nowMs: number,
): Countdown {
  const wholeMs = timeoutSeconds * 1000;
  // The two clocks are compared through a network: the page may be a little ahead or behind.
  const leftMs = Math.min(Math.max(createdAt + wholeMs - nowMs, 0), wholeMs);
  return {
    seconds: Math.ceil(leftMs / 1000),
    fraction: wholeMs === 0 ? 0 : leftMs / wholeMs,
  };
}
