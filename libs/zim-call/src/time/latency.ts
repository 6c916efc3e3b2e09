/** Of a delay beyond this, the rest is ZIM's time to answer rather than the network's. */
const maxDelayMs = 150;
const initialDelayMs = 100;
/** The network may become slower: with each request the shortest round trip seen is raised by this factor. */
const shortestGrowth = 1.005;
/** Long delays are forgotten again, by this factor per request. */
const delayDecay = 0.95;

/**
 * Estimates how much later than the quickest a request may have arrived. ZIM counts arrivals, which this instance
 * cannot see; but a request is delayed at most by what its round trip exceeds the shortest one.
 */
export class LatencyEstimator {
  private shortestMs = Number.POSITIVE_INFINITY;
  private longestDelayMs = initialDelayMs;

  /** The delay to assume for a request without a reply: the longest of the recent ones. */
  get assumedDelayMs(): number {
    return this.longestDelayMs;
  }

  /** Learns from a round trip, and returns how much that request may have been delayed. */
  delayMs(roundTripMs: number): number {
    this.shortestMs = Math.min(roundTripMs, this.shortestMs * shortestGrowth);
    const delayMs = Math.min(maxDelayMs, roundTripMs - this.shortestMs);
    this.longestDelayMs = Math.max(delayMs, this.longestDelayMs * delayDecay);
    return delayMs;
  }
}

const lateLimitMs = { min: 30, max: 200, initial: 60 };

/**
 * Tracks how late this process may use a slot, for other slots have to allow for that time: longer with each slot that
 * it missed because it woke too late, and shorter with each that it used.
 */
export class LatenessTracker {
  private limit = lateLimitMs.initial;

  get limitMs(): number {
    return this.limit;
  }

  learn(isLate: boolean): void {
    this.limit = isLate
      ? Math.min(lateLimitMs.max, this.limit * 1.5)
      : Math.max(lateLimitMs.min, this.limit * 0.995);
  }
}
