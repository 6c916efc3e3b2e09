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
 * Tracks how late this process's timers fire, and so how late it may use a slot. Other slots allow for that time: the
 * limit grows with each slot that was missed, and shrinks with each that was used.
 */
export class LatenessTracker {
  private limit = lateLimitMs.initial;

  get limitMs(): number {
    return this.limit;
  }

  missed(): void {
    this.limit = Math.min(lateLimitMs.max, this.limit * 1.5);
  }

  used(): void {
    this.limit = Math.max(lateLimitMs.min, this.limit * 0.995);
  }
}
