import type { RateLimitTimers } from './quota-pacer.js';

/** Waits until `done` is called, at most so long. */
export function waitAtMost(
  timers: RateLimitTimers,
  limitMs: number,
  start: (done: () => void) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const cancel = timers.setTimer(limitMs, resolve);
    start(() => {
      cancel();
      resolve();
    });
  });
}
