import { randomUUID } from 'node:crypto';
import type { ZimRuntime } from '../client/runtime.js';

/**
 * What a key is for, if it is not new. `running`: its first call is under way; `lost`: whoever made that call is
 * gone and has told nothing; `ended`: with this end; `other`: the key was given for another call.
 */
export type IdempotencyClaim =
  | { readonly state: 'new'; readonly token: string }
  | { readonly state: 'running' | 'lost' | 'other' }
  | { readonly state: 'ended'; readonly end: string };

/** Remembers keys, and how their calls ended. */
export interface IdempotencyMemory {
  /**
   * Takes the key for a call, if it is new.
   * @param fingerprint tells calls apart
   * @param leaseMs when the call will have ended for certain; until then the key is not forgotten
   * @throws Error if nobody can tell whether the key is new
   */
  claim(key: string, fingerprint: string, leaseMs: number): Promise<IdempotencyClaim>;
  /** The call of a claimed key has ended like this; whoever comes again is told so. Never rejects. */
  settle(key: string, fingerprint: string, end: string): Promise<void>;
  /**
   * The call of a claimed key certainly did nothing: the key is new again. Never rejects.
   * @param token of the claim: a memory that has forgotten it may have given the key to somebody else
   */
  release(key: string, token: string): Promise<void>;
}

/** The token of the {@link IdempotencyMemory}. */
export const IDEMPOTENCY_MEMORY = Symbol('IDEMPOTENCY_MEMORY');

const maxEntries = 50_000;

interface Entry {
  readonly fingerprint: string;
  readonly token?: string;
  readonly untilMs: number;
  readonly end?: string;
}

/** For one instance of a backend. Of more keys than it can hold, the oldest are forgotten. */
export class LocalIdempotencyMemory implements IdempotencyMemory {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly lifeMs: number,
    private readonly runtime: ZimRuntime,
  ) {}

  claim(key: string, fingerprint: string, leaseMs: number): Promise<IdempotencyClaim> {
    const entry = this.entries.get(key);
    if (entry === undefined || entry.untilMs <= this.runtime.monotonicMs()) {
      // Forgotten while its call is under way, the key would let another one ring.
      const token = randomUUID();
      this.remember(key, { fingerprint, token }, Math.max(this.lifeMs, leaseMs));
      return Promise.resolve({ state: 'new', token });
    }
    if (entry.fingerprint !== fingerprint) return Promise.resolve({ state: 'other' });
    const { end } = entry;
    return Promise.resolve(end === undefined ? { state: 'running' } : { state: 'ended', end });
  }

  settle(key: string, fingerprint: string, end: string): Promise<void> {
    this.remember(key, { fingerprint, end });
    return Promise.resolve();
  }

  release(key: string, token: string): Promise<void> {
    if (this.entries.get(key)?.token === token) this.entries.delete(key);
    return Promise.resolve();
  }

  private remember(key: string, entry: Omit<Entry, 'untilMs'>, lifeMs = this.lifeMs): void {
    this.entries.delete(key);
    this.forget();
    this.entries.set(key, { ...entry, untilMs: this.runtime.monotonicMs() + lifeMs });
  }

  /** Entries stand in the order of their times, but for those whose calls may outlast a life. */
  private forget(): void {
    const nowMs = this.runtime.monotonicMs();
    for (const [key, { untilMs }] of this.entries) {
      if (untilMs > nowMs && this.entries.size < maxEntries) return;
      this.entries.delete(key);
    }
  }
}
