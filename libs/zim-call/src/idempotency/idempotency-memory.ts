import type { ZimRuntime } from '../client/runtime.js';

/**
 * What a key is for, if it is not new. `running`: its first call is under way; `lost`: whoever made that call is
 * gone and has told nothing; `ended`: with this end; `other`: the key was given for another call.
 */
export type IdempotencyClaim =
  | { readonly state: 'new' | 'running' | 'lost' | 'other' }
  | { readonly state: 'ended'; readonly end: string };

/** A key as one call wants it. */
export interface WantedKey {
  readonly key: string;
  /** Tells calls apart. */
  readonly fingerprint: string;
  /** Of this claim alone: a memory that has forgotten it may have given the key to somebody else. */
  readonly token: string;
}

/** Remembers keys, and how their calls ended. */
export interface IdempotencyMemory {
  /**
   * Takes the key for a call, if it is new.
   * @param leaseMs when the call will have ended for certain; until then the key is not forgotten
   * @throws Error if nobody can tell whether the key is new
   */
  claim(wanted: WantedKey, leaseMs: number): Promise<IdempotencyClaim>;
  /** The call of a claimed key has ended like this; whoever comes again is told so. Never rejects. */
  settle(claimed: WantedKey, end: string): Promise<void>;
  /** The call of a claimed key certainly did nothing: the key is new again. Never rejects. */
  release(claimed: WantedKey): Promise<void>;
}

/** The token of the {@link IdempotencyMemory}. */
export const IDEMPOTENCY_MEMORY = Symbol('IDEMPOTENCY_MEMORY');

const maxEntries = 50_000;

interface Entry extends Omit<WantedKey, 'key'> {
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

  claim(wanted: WantedKey, leaseMs: number): Promise<IdempotencyClaim> {
    const { key, fingerprint } = wanted;
    const entry = this.entries.get(key);
    if (entry === undefined || entry.untilMs <= this.runtime.monotonicMs()) {
      // Forgotten while its call is under way, the key would let another one ring.
      this.remember(wanted, undefined, Math.max(this.lifeMs, leaseMs));
      return Promise.resolve({ state: 'new' });
    }
    if (entry.fingerprint !== fingerprint) return Promise.resolve({ state: 'other' });
    const { end } = entry;
    return Promise.resolve(end === undefined ? { state: 'running' } : { state: 'ended', end });
  }

  settle(claimed: WantedKey, end: string): Promise<void> {
    this.remember(claimed, end);
    return Promise.resolve();
  }

  release({ key, token }: WantedKey): Promise<void> {
    if (this.entries.get(key)?.token === token) this.entries.delete(key);
    return Promise.resolve();
  }

  private remember({ key, ...wanted }: WantedKey, end?: string, lifeMs = this.lifeMs): void {
    this.entries.delete(key);
    this.forget();
    this.entries.set(key, { ...wanted, end, untilMs: this.runtime.monotonicMs() + lifeMs });
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
