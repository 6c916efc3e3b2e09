/** Two clocks that run freely drift apart by no more than this part of the time that passes. */
const drift = 0.0005;
/** A reply that contradicts the earlier ones by more than this means that Redis's time was set. */
const toleratedMs = 50;

/**
 * How this process's monotonic clock stands to Redis's time. A reply tells that its time was taken between
 * sending and receiving: nobody knows how much of that was the way back. So both bounds are kept, and whoever
 * asks for a time gets the one that is safe.
 */
export class RemoteClock {
  /** Local minus remote time, at least and at most. */
  private leastMs = Number.NEGATIVE_INFINITY;
  private mostMs = Number.POSITIVE_INFINITY;
  private learnedAtMs = 0;
  private setCount = 0;

  /** How often Redis's time was set. */
  get timesSet(): number {
    return this.setCount;
  }

  get isKnown(): boolean {
    return this.mostMs !== Number.POSITIVE_INFINITY;
  }

  /** How far the bounds lie apart at this time. */
  uncertaintyMs(localMs: number): number {
    return this.isKnown ? this.mostMs - this.leastMs + 2 * this.driftMs(localMs) : 0;
  }

  learn(sentMs: number, receivedMs: number, remoteMs: number): void {
    const driftMs = this.driftMs(receivedMs);
    const bounds = { leastMs: this.leastMs - driftMs, mostMs: this.mostMs + driftMs };
    const reply = { leastMs: sentMs - remoteMs, mostMs: receivedMs - remoteMs };
    const contradictionMs = Math.max(reply.leastMs - bounds.mostMs, bounds.leastMs - reply.mostMs);
    if (contradictionMs > toleratedMs) this.setCount++;
    const isContradicted = contradictionMs > 0;
    this.leastMs = isContradicted ? reply.leastMs : Math.max(reply.leastMs, bounds.leastMs);
    this.mostMs = isContradicted ? reply.mostMs : Math.min(reply.mostMs, bounds.mostMs);
    this.learnedAtMs = receivedMs;
  }

  /** The latest time that it may be at Redis, if anything is known. */
  toRemote(localMs: number): number | undefined {
    return this.isKnown ? localMs - this.leastMs + this.driftMs(localMs) : undefined;
  }

  /** The earliest time here at which it is certainly that time at Redis. */
  toLocal(remoteMs: number): number {
    return this.isKnown ? remoteMs + this.mostMs : remoteMs;
  }

  private driftMs(localMs: number): number {
    return drift * Math.max(0, localMs - this.learnedAtMs);
  }
}
