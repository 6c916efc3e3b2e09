/** Longer than this it was rather ZIM that thought. */
const mostDelayMs = 150;
/** Before anything is known. */
const firstDelayMs = 100;
/** The way may have become longer: the shortest time seen counts for less with each request. */
const forgetting = 1.005;
/** And long delays are forgotten again. */
const calming = 0.95;

/**
 * How much later than the quickest a request may have arrived. ZIM counts arrivals, which nobody here sees:
 * but a request whose answer took so much longer than the quickest can be that much late, and no more.
 */
export class TravelTime {
  private quickestMs = Number.POSITIVE_INFINITY;
  private longestDelayMs = firstDelayMs;

  /** For a request of whose answer nothing is known yet: what others lately had. */
  get assumedDelayMs(): number {
    return this.longestDelayMs;
  }

  /** For a request whose answer took so long. */
  delayMs(roundTripMs: number): number {
    this.quickestMs = Math.min(roundTripMs, this.quickestMs * forgetting);
    const delayMs = Math.min(mostDelayMs, roundTripMs - this.quickestMs);
    this.longestDelayMs = Math.max(delayMs, this.longestDelayMs * calming);
    return delayMs;
  }
}
