import type { Timers } from '../time/runtime.js';

/** `shared`: Redis answers in time. */
export type RedisState = 'shared' | 'unavailable';

/** A Redis that is unavailable is looked for this often. */
const lookEveryMs = 250;

/** Whether the Redis that instances share answers in time; looks for it while it does not and slots are wanted. */
export class RedisHealth {
  private readonly listeners = new Set<(state: RedisState, reason: string) => void>();
  private awaySince?: number;
  private lastLook = Number.NEGATIVE_INFINITY;
  private cancelLook?: () => void;
  private looking = false;
  private closed = false;

  constructor(
    private readonly timers: Timers,
    private readonly question: () => Promise<unknown>,
  ) {}

  get state(): RedisState {
    return this.awaySince === undefined ? 'shared' : 'unavailable';
  }

  /** Since when Redis is away. */
  get awaySinceMs(): number | undefined {
    return this.awaySince;
  }

  /** When the last question was asked that Redis has not answered. */
  get lastLookMs(): number {
    return this.lastLook;
  }

  onState(listener: (state: RedisState, reason: string) => void): void {
    this.listeners.add(listener);
  }

  /** It has not answered what it was asked then. */
  failed(reason: string, askedAtMs: number): void {
    if (this.closed) return;
    this.lastLook = Math.max(this.lastLook, askedAtMs);
    if (this.awaySince !== undefined) return;
    this.awaySince = this.timers.monotonicMs();
    this.tell(reason);
  }

  /** Somebody would ask Redis if it were there. */
  wanted(): void {
    if (this.closed || this.looking || this.awaySince === undefined) return;
    this.cancelLook ??= this.timers.setTimer(lookEveryMs, () => {
      this.cancelLook = undefined;
      void this.look();
    });
  }

  /** Asks now. */
  async look(): Promise<void> {
    if (this.closed || this.looking || this.awaySince === undefined) return;
    this.looking = true;
    const askedAtMs = this.timers.monotonicMs();
    try {
      await this.question();
      this.awaySince = undefined;
      this.tell('it answers');
    } catch {
      // It is still away; the next who wants it looks again.
      this.lastLook = Math.max(this.lastLook, askedAtMs);
    } finally {
      this.looking = false;
    }
  }

  close(): void {
    this.closed = true;
    this.cancelLook?.();
  }

  private tell(reason: string): void {
    for (const listener of this.listeners) listener(this.state, reason);
  }
}
