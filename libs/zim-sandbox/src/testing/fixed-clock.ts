import { SandboxClock } from '../core/clock.js';

/** The Timestamp of the vendor's signing examples. */
export const sampleSeconds = 1_615_186_943;

/** Returns a clock that moves only when it is advanced. */
export function fixedClock(seconds = sampleSeconds): SandboxClock {
  return new SandboxClock(() => seconds * 1000);
}
