import type { ZimTimers } from '../time/runtime.js';

/** A map whose entries expire. When it holds more than `maxEntries`, it drops the ones that were set first. */
export class ExpiringMap<V> {
  private readonly entries = new Map<string, { readonly value: V; readonly endsAtMs: number }>();

  constructor(
    private readonly timers: Pick<ZimTimers, 'monotonicMs'>,
    private readonly maxEntries: number,
  ) {}

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    return entry !== undefined && entry.endsAtMs > this.timers.monotonicMs()
      ? entry.value
      : undefined;
  }

  set(key: string, value: V, lifeMs: number): void {
    const nowMs = this.timers.monotonicMs();
    this.entries.delete(key);
    this.entries.set(key, { value, endsAtMs: nowMs + lifeMs });
    // Stops at the first entry that lives on: most live equally long, so the oldest expire first.
    for (const [oldest, { endsAtMs }] of this.entries) {
      if (endsAtMs > nowMs && this.entries.size <= this.maxEntries) return;
      this.entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.entries.delete(key);
  }
}
