import type { PacingState, PacingTimers } from '../pacing/quota-pacer.js';

const probeMs = { least: 250, most: 8_000 };
/** Who is away again sooner has not been back for good. */
const steadyMs = 10_000;

/** Whether the Redis that instances share answers in time; looks for it while it does not and slots are wanted. */
export class RedisHealth {
  private readonly listeners = new Set<(state: PacingState, reason: string) => void>();
  private awaySince?: number;
  private probeMs = probeMs.least;
  private backAtMs = Number.NEGATIVE_INFINITY;
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
    // One that comes and goes is looked for less and less often: each time costs a pause and two lines in the log.
    const flaps = this.awaySince - this.backAtMs < steadyMs;
    this.probeMs = flaps ? Math.min(probeMs.most, this.probeMs * 2) : probeMs.least;
    this.tell(reason);
  }

  /** Somebody would ask Redis if it were there. */
  wanted(): void {
    if (this.closed || this.probing || this.awaySince === undefined) return;
    this.cancelProbe ??= this.timers.setTimer(this.probeMs, () => {
      this.cancelProbe = undefined;
      void this.look();
    });
  }

  /** There is a sign that Redis is back. */
  sign(): void {
    if (this.probeMs === probeMs.least) void this.look();
  }

  /** Asks now. */
  async look(): Promise<void> {
    if (this.closed || this.probing || this.awaySince === undefined) return;
    this.probing = true;
    try {
      await this.probe();
      this.awaySince = undefined;
      this.backAtMs = this.timers.monotonicMs();
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
