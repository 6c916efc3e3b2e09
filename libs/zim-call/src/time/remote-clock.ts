/** Two clocks that run freely drift apart by no more than this part of the time that passes. */
const drift = 0.0005;
/** A reply that contradicts the earlier ones by more than this means that the remote clock was set. */
const toleratedMs = 50;

/**
 * Compares this process's monotonic clock with another computer's. The time in a reply was taken between sending and
 * receiving, at an unknown moment: so both bounds are kept, and each question is answered by the safe one.
 */
export class RemoteClock {
  /** How often the remote clock was set. */
  steps = 0;
  /** Local minus remote time, at least and at most. */
  private leastMs = Number.NEGATIVE_INFINITY;
  private mostMs = Number.POSITIVE_INFINITY;
  private learnedAtMs = 0;

  /** Whether a reply has come yet. */
  get isKnown(): boolean {
    return this.mostMs !== Number.POSITIVE_INFINITY;
  }

  /** How far the bounds are apart at this local time. */
  uncertaintyMs(localMs: number): number {
    return this.isKnown ? this.mostMs - this.leastMs + 2 * this.driftMs(localMs) : 0;
  }

  learn(sentMs: number, receivedMs: number, remoteMs: number): void {
    const driftMs = this.driftMs(receivedMs);
    const bounds = { leastMs: this.leastMs - driftMs, mostMs: this.mostMs + driftMs };
    const reply = { leastMs: sentMs - remoteMs, mostMs: receivedMs - remoteMs };
    const contradictionMs = Math.max(reply.leastMs - bounds.mostMs, bounds.leastMs - reply.mostMs);
    if (contradictionMs > toleratedMs) this.steps++;
    const isContradicted = contradictionMs > 0;
    this.leastMs = isContradicted ? reply.leastMs : Math.max(reply.leastMs, bounds.leastMs);
    this.mostMs = isContradicted ? reply.mostMs : Math.min(reply.mostMs, bounds.mostMs);
    this.learnedAtMs = receivedMs;
  }

  /** Returns the latest remote time that it can be; `undefined` before the first reply. */
  toRemote(localMs: number): number | undefined {
    return this.isKnown ? localMs - this.leastMs + this.driftMs(localMs) : undefined;
  }

  /** Returns the earliest local time at which a remote time has certainly come. */
  toLocal(remoteMs: number): number {
    return this.isKnown ? remoteMs + this.mostMs : remoteMs;
  }

  private driftMs(localMs: number): number {
    return drift * Math.max(0, localMs - this.learnedAtMs);
  }
}
