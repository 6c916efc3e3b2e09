import type { ZimRuntime } from '../client/runtime.js';

/**
 * Remembers which callbacks were handled. ZIM delivers at least once, and gives an event no id.
 */
export interface DuplicateMemory {
  /** `new`: handle it, then settle; `done`: it was handled; `busy`: somebody is handling it now. */
  claim(key: string): Promise<'new' | 'done' | 'busy'>;
  /** Ends a claim: it was handled, and is known for so long; or, with 0, it failed and may be claimed again. */
  settle(key: string, knownMs: number): Promise<void>;
}

/** The token of the {@link DuplicateMemory}. */
export const DUPLICATE_MEMORY = Symbol('DUPLICATE_MEMORY');

/** How long an event is remembered at least: far longer than ZIM repeats it (62 s). */
export const duplicateMemoryMs = 15 * 60 * 1000;

const maxEntries = 50_000;

/** For one instance of a backend. */
export class LocalDuplicateMemory implements DuplicateMemory {
  private readonly entries = new Map<
    string,
    { readonly done: boolean; readonly untilMs: number }
  >();

  constructor(private readonly runtime: ZimRuntime) {}

  claim(key: string): Promise<'new' | 'done' | 'busy'> {
    this.forget();
    const entry = this.entries.get(key);
    if (entry !== undefined && entry.untilMs >= this.nowMs)
      return Promise.resolve(entry.done ? 'done' : 'busy');
    this.entries.set(key, { done: false, untilMs: this.nowMs + duplicateMemoryMs });
    return Promise.resolve('new');
  }

  settle(key: string, knownMs: number): Promise<void> {
    this.entries.delete(key);
    if (knownMs > 0) this.entries.set(key, { done: true, untilMs: this.nowMs + knownMs });
    return Promise.resolve();
  }

  private get nowMs(): number {
    return this.runtime.monotonicMs();
  }

  /** Entries stand in the order of their times, but for claims that are still held. */
  private forget(): void {
    for (const [key, { untilMs }] of this.entries) {
      if (untilMs >= this.nowMs && this.entries.size <= maxEntries) return;
      this.entries.delete(key);
    }
  }
}
