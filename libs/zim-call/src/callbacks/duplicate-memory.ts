import type { ZimRuntime } from '../client/runtime.js';

/**
 * Remembers which callbacks were handled. ZIM delivers at least once, and gives an event no id.
 */
export interface DuplicateMemory {
  /** `new`: handle it, then settle; `done`: it was handled; `busy`: somebody is handling it now. */
  claim(key: string): Promise<'new' | 'done' | 'busy'>;
  /** Ends a claim: it was handled, or it failed and may be claimed again. */
  settle(key: string, handled: boolean): Promise<void>;
}

/** The token of the {@link DuplicateMemory}. */
export const DUPLICATE_MEMORY = Symbol('DUPLICATE_MEMORY');

/**
 * How long an event is remembered: longer than ZIM repeats it (62 s) and than a repeated one stays fresh on
 * either side of the clock (twice the default tolerance).
 */
export const duplicateMemoryMs = 15 * 60 * 1000;

const maxEntries = 50_000;

/** For one instance of a backend. */
export class LocalDuplicateMemory implements DuplicateMemory {
  private readonly entries = new Map<string, { readonly done: boolean; readonly atMs: number }>();

  constructor(private readonly runtime: ZimRuntime) {}

  claim(key: string): Promise<'new' | 'done' | 'busy'> {
    this.forget();
    const entry = this.entries.get(key);
    if (entry !== undefined) return Promise.resolve(entry.done ? 'done' : 'busy');
    this.entries.set(key, { done: false, atMs: this.runtime.monotonicMs() });
    return Promise.resolve('new');
  }

  settle(key: string, handled: boolean): Promise<void> {
    this.entries.delete(key);
    if (handled) this.entries.set(key, { done: true, atMs: this.runtime.monotonicMs() });
    return Promise.resolve();
  }

  /** Entries stand in the order of their times, but for claims that are still held. */
  private forget(): void {
    const oldestMs = this.runtime.monotonicMs() - duplicateMemoryMs;
    for (const [key, { atMs }] of this.entries) {
      if (atMs >= oldestMs && this.entries.size <= maxEntries) return;
      this.entries.delete(key);
    }
  }
}
