import { type SandboxClock } from '../core/clock.js';

/** Just inside the five minutes that receivers commonly tolerate. */
const maxDistanceMs = 290_000;

/**
 * The time callbacks to one app are signed with: the sandbox's, but never further from the backend's own than a
 * receiver tolerates. ZIM's clock and a backend's agree; a clock that is moved on by minutes would make every
 * callback look like an old one that is replayed. The Timestamp of the last signed request shows the backend's
 * clock; until there is one, it is taken to be the source of the sandbox's.
 */
export class BackendClock {
  readonly #clock: SandboxClock;
  #offsetMs = 0;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  /** Takes note of the Timestamp of a request whose signature was right and not expired. */
  learn(timestampSeconds: number): void {
    this.#offsetMs = timestampSeconds * 1000 - this.#clock.sourceNow();
  }

  /** Unix time in milliseconds. */
  signingTimeMs(): number {
    const backendMs = this.#clock.sourceNow() + this.#offsetMs;
    const earliestMs = backendMs - maxDistanceMs;
    return Math.min(Math.max(this.#clock.now(), earliestMs), backendMs + maxDistanceMs);
  }
}
