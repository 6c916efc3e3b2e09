import { hrtime } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Milliseconds of the machine's monotonic clock. All processes of a machine read the same one, and it does not step
 * when the wall clock is set: times of the workers and of the receiver can be subtracted from each other.
 */
export function nowMs() {
  return Number(hrtime.bigint() / 1_000n) / 1_000;
}

/** @param {number} atMs a time of {@link nowMs} */
export async function sleepUntil(atMs) {
  const restMs = atMs - nowMs();
  if (restMs > 0) await sleep(restMs);
}
