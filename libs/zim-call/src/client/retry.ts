import type { NextStep } from './failure.js';

const backOffBaseMs = 200;
const backOffCapMs = 2_000;

/**
 * How long to wait before the next attempt. Waits are spread at random, so that instances that failed
 * together do not come back together.
 * @param random at least 0, below 1
 */
export function retryDelayMs(
  step: Exclude<NextStep, 'give-up'>,
  attempt: number,
  random: number,
): number {
  switch (step) {
    // Pacing makes it wait for its turn.
    case 'next-slot':
    case 'sign-anew':
      return 0;
    case 'back-off':
      return random * Math.min(backOffCapMs, backOffBaseMs * 2 ** (attempt - 1));
  }
}
