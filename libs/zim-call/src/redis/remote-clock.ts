/** How this process's monotonic clock stands to Redis's time. */
export class RemoteClock {
  private offsetMs?: number;

  /**
   * A reply tells between which of our times its time was taken. The quickest way back is nearest to the
   * truth; what contradicts a later reply is given up.
   */
  learn(sentMs: number, receivedMs: number, remoteMs: number): void {
    const least = sentMs - remoteMs;
    const most = receivedMs - remoteMs;
    this.offsetMs = Math.max(least, Math.min(this.offsetMs ?? most, most));
  }

  /** A time of ours as one of Redis's, if anything is known. */
  toRemote(localMs: number): number | undefined {
    return this.offsetMs === undefined ? undefined : localMs - this.offsetMs;
  }

  /** A time of Redis's as ours, at the earliest. */
  toLocal(remoteMs: number): number {
    return remoteMs + (this.offsetMs ?? 0);
  }
}
