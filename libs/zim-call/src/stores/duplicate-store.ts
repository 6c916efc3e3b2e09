import type { ZimRuntime } from '../time/runtime.js';

/**
 * What a callback is to whoever wants to handle it. `new`: handle it, then end the claim by its token; `done`: it was
 * handled; `busy`: another claim holds it.
 */
export type DuplicateClaim =
  | { readonly state: 'new'; readonly token: string }
  | { readonly state: 'done' }
  | { readonly state: 'busy' };

/**
 * Remembers which callbacks were handled. ZIM delivers at least once, and gives an event no id. A claim can end by
 * itself while its handlers still run, so only the token of the claim that holds the key changes anything.
 */
export interface DuplicateMemory {
  claim(key: string): Promise<DuplicateClaim>;
  /** The callback was handled, and is known for so long. Does nothing if another claim holds the key by now. */
  settle(key: string, token: string, knownMs: number): Promise<void>;
  /** The handlers failed: the callback may be claimed again. Does nothing if this claim no longer holds the key. */
  release(key: string, token: string): Promise<void>;
}

/** The token of the {@link DuplicateMemory}. */
export const DUPLICATE_MEMORY = Symbol('DUPLICATE_MEMORY');

/** How long an event is remembered at least: far longer than ZIM repeats it (62 s). */
export const duplicateMemoryMs = 15 * 60 * 1000;

const maxEntries = 50_000;

interface Entry {
  readonly token: string;
  readonly done: boolean;
  readonly untilMs: number;
}

/** For one instance of a backend. */
export class LocalDuplicateMemory implements DuplicateMemory {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly runtime: ZimRuntime) {}

  claim(key: string): Promise<DuplicateClaim> {
    this.forget();
    const entry = this.entries.get(key);
    if (entry !== undefined && entry.untilMs >= this.nowMs)
      return Promise.resolve({ state: entry.done ? 'done' : 'busy' });
    const token = this.runtime.nonce();
    this.remember(key, { token, done: false, untilMs: this.nowMs + duplicateMemoryMs });
    return Promise.resolve({ state: 'new', token });
  }

  settle(key: string, token: string, knownMs: number): Promise<void> {
    const holder = this.entries.get(key)?.token;
    if (holder === undefined || holder === token)
      this.remember(key, { token, done: true, untilMs: this.nowMs + knownMs });
    return Promise.resolve();
  }

  release(key: string, token: string): Promise<void> {
    const entry = this.entries.get(key);
    if (entry?.token === token && !entry.done) this.entries.delete(key);
    return Promise.resolve();
  }

  private get nowMs(): number {
    return this.runtime.monotonicMs();
  }

  private remember(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.entries.set(key, entry);
  }

  /** Entries stand in the order of their times, but for claims that are still held. */
  private forget(): void {
    for (const [key, { untilMs }] of this.entries) {
      if (untilMs >= this.nowMs && this.entries.size <= maxEntries) return;
      this.entries.delete(key);
    }
  }
}
