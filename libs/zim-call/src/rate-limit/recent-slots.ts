import type { Timers } from '../time/runtime.js';
import type { KnownSend, Slot, SlotReport } from './sliding-window-limiter.js';

/** What this instance sent of late and may still send, to tell a ring that does not know. */
export class RecentSends {
  private readonly slots = new Map<string, KnownSend>();
  private names = 0;

  constructor(
    private readonly timers: Timers,
    private readonly instance: string,
    private readonly keptMs: number,
  ) {}

  granted({ id, atMs, lateLimitMs }: Slot): void {
    this.forget();
    this.slots.set(id, { id, atMs: atMs + lateLimitMs });
  }

  report({ id, usedAtMs }: SlotReport): void {
    if (usedAtMs === undefined) this.slots.delete(id);
    else if (this.slots.has(id)) this.slots.set(id, { id, atMs: usedAtMs });
  }

  all(): readonly KnownSend[] {
    this.forget();
    return [...this.slots.values()].sort((a, b) => a.atMs - b.atMs);
  }

  /** A name for another ring's slots, so that no two of this instance are called the same. */
  nextName(): string {
    return `${this.instance}:own${++this.names}:`;
  }

  private forget(): void {
    const since = this.timers.monotonicMs() - this.keptMs;
    for (const { id, atMs } of this.slots.values()) if (atMs < since) this.slots.delete(id);
  }
}
