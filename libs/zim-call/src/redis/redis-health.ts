import type { PacingState, PacingTimers } from '../pacing/quota-pacer.js';

const probeMs = 250;

/** Whether the Redis that instances share answers in time; looks for it while it does not and slots are wanted. */
export class RedisHealth {
  private readonly listeners = new Set<(state: PacingState, reason: string) => void>();
  private awaySince?: number;
  private cancelProbe?: () => void;
  private probing = false;
  private closed = false;

  constructor(
    private readonly timers: PacingTimers,
    private readonly probe: () => Promise<unknown>,
  ) {}

  get state(): 'shared' | 'away' {
    return this.awaySince === undefined ? 'shared' : 'away';
  }

  /** Since when Redis is away. */
  get awaySinceMs(): number | undefined {
    return this.awaySince;
  }

  onState(listener: (state: PacingState, reason: string) => void): void {
    this.listeners.add(listener);
  }

  /** It has not answered. */
  failed(reason: string): void {
    if (this.closed || this.awaySince !== undefined) return;
    this.awaySince = this.timers.monotonicMs();
    this.tell(reason);
  }

  /** Somebody would ask Redis if it were there. */
  wanted(): void {
    if (this.closed || this.probing || this.awaySince === undefined) return;
    this.cancelProbe ??= this.timers.setTimer(probeMs, () => {
      this.cancelProbe = undefined;
      void this.look();
    });
  }

  /** Asks now: there is a sign that Redis is back. */
  async look(): Promise<void> {
    if (this.closed || this.probing || this.awaySince === undefined) return;
    this.probing = true;
    try {
      await this.probe();
      this.awaySince = undefined;
      this.tell('it answers');
    } catch {
      // It is still away; the next who wants it looks again.
    } finally {
      this.probing = false;
    }
  }

  close(): void {
    this.closed = true;
    this.cancelProbe?.();
  }

  private tell(reason: string): void {
    for (const listener of this.listeners) listener(this.state, reason);
  }
}
