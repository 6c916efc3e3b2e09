import { type SandboxClock } from '../core/clock.js';

/** Just below the five minutes that receivers commonly tolerate. */
const maxDistanceMs = 290_000;

/**
 * The time that signs the callbacks of one app: the sandbox's, but never further from the backend's own clock than a
 * receiver tolerates. Otherwise every callback would look like a replayed one after the sandbox's clock was advanced
 * by minutes. The Timestamp of the last signed request shows the backend's clock; before the first request, the
 * source of the sandbox's clock stands in for it.
 */
export class BackendClock {
  private offsetMs = 0;

  constructor(private readonly clock: SandboxClock) {}

  /** Sets the backend's clock by the Timestamp of a request whose signature was valid. */
  learn(timestampSeconds: number): void {
    this.offsetMs = timestampSeconds * 1000 - this.clock.sourceNow();
  }

  /** Returns Unix time in milliseconds. */
  signingTimeMs(): number {
    const backendMs = this.clock.sourceNow() + this.offsetMs;
    const earliestMs = backendMs - maxDistanceMs;
    return Math.min(Math.max(this.clock.now(), earliestMs), backendMs + maxDistanceMs);
  }
}
