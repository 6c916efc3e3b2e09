import { Logger } from '@nestjs/common';
import type { ZimRuntime } from '../time/runtime.js';

/**
 * The state of a key that is neither new nor under way.
 *
 * - `ended`: its call has this result, as JSON.
 * - `other`: the key was used for another call.
 * - `lost`: the instance that made the call is gone and did not report its result; `token` is that of its claim.
 * - `forgotten`: the caller knows that the call was under way, and the store no longer has the key.
 * - `unreadable`: what is stored under the key was not written by this package.
 * - `unavailable`: the store cannot be reached, so it is not known whether the key is new.
 * - `full`: the store takes no other key before so much time has passed.
 */
export type KeyAnswer =
  | { readonly state: 'ended'; readonly result: string }
  | { readonly state: 'other' | 'forgotten' | 'unreadable' | 'unavailable' }
  | { readonly state: 'lost'; readonly token: string }
  | { readonly state: 'full'; readonly retryAfterMs: number };

/** `new`: this claim holds the key; `running`: another claim holds it, and its call is under way. */
export type IdempotencyClaim =
  KeyAnswer | { readonly state: 'new' } | { readonly state: 'running' };

export interface WantedKey {
  readonly key: string;
  /** Distinguishes calls with different contents. */
  readonly fingerprint: string;
  /** Names this claim: a store that has lost it may have given the key to another call. */
  readonly token: string;
}

/**
 * Stores keys, and the results of their calls. Only the claim that holds a key settles or releases it. No method
 * rejects.
 */
export interface IdempotencyStore {
  /**
   * Claims the key for a call, if it is new.
   * @param leaseMs - when the call will have ended for certain; until then the key is kept
   * @param isKnown - whether the store has answered before that the key is claimed: if it is gone now without having
   * been released, it was lost
   */
  claim(wanted: WantedKey, leaseMs: number, isKnown?: boolean): Promise<IdempotencyClaim>;
  /**
   * Stores the result of the call of a claimed key. Writes a key again that is gone; changes no key that another claim
   * holds by now.
   */
  settle(claimed: WantedKey, result: string): Promise<void>;
  /** Makes a claimed key new again, for its call certainly had no effect. */
  release(claimed: WantedKey): Promise<void>;
  /** Returns the token of the claim that holds or held the key, if it is stored. */
  tokenOf(key: string): Promise<string | undefined>;
}

export const IDEMPOTENCY_STORE = Symbol('IDEMPOTENCY_STORE');

/** Warns when the store is fuller than `above`, and again only after it has been emptier than `below`. */
const warnShare = { above: 0.8, below: 0.7 };
/** When to ask again while the store is full of calls that are under way, which end within seconds. */
const soonMs = 1_000;

interface Entry {
  readonly fingerprint: string;
  readonly untilMs: number;
  readonly token: string;
  /** Absent while the call is under way. */
  readonly result?: string;
}

/** For one instance of a backend. It drops no key before its time: when it is full, it takes no new one. */
export class MemoryIdempotencyStore implements IdempotencyStore {
  private readonly logger = new Logger('ZimIdempotency');
  private readonly claimed = new Map<string, Entry>();
  /** In the order of their times: all live equally long. */
  private readonly ended = new Map<string, Entry>();
  private isUsed = false;
  private isNearlyFull = false;

  constructor(
    private readonly lifeMs: number,
    private readonly maxKeys: number,
    private readonly runtime: ZimRuntime,
  ) {}

  claim({ key, fingerprint, token }: WantedKey, leaseMs: number): Promise<IdempotencyClaim> {
    this.warnOfProcessLife();
    this.dropExpiredResults();
    const known = this.find(key, fingerprint);
    if (known !== undefined) return Promise.resolve(known);
    if (this.size >= this.maxKeys) this.dropExpiredClaims();
    if (this.size >= this.maxKeys) {
      const [oldest] = this.ended.values();
      const retryAfterMs = oldest === undefined ? soonMs : oldest.untilMs - this.nowMs;
      return Promise.resolve({ state: 'full', retryAfterMs });
    }
    // A key that expired while its call is under way would let another call ring.
    const untilMs = this.nowMs + Math.max(this.lifeMs, leaseMs);
    this.claimed.set(key, { fingerprint, token, untilMs });
    this.warnWhenNearlyFull();
    return Promise.resolve({ state: 'new' });
  }

  settle({ key, fingerprint, token }: WantedKey, result: string): Promise<void> {
    const holder = this.claimed.get(key)?.token;
    const isFree = holder === undefined && !this.ended.has(key);
    if (isFree || holder === token) {
      this.claimed.delete(key);
      this.ended.set(key, { fingerprint, token, result, untilMs: this.nowMs + this.lifeMs });
    }
    return Promise.resolve();
  }

  release({ key, token }: WantedKey): Promise<void> {
    if (this.claimed.get(key)?.token === token) this.claimed.delete(key);
    return Promise.resolve();
  }

  tokenOf(key: string): Promise<string | undefined> {
    return Promise.resolve((this.ended.get(key) ?? this.claimed.get(key))?.token);
  }

  private get nowMs(): number {
    return this.runtime.monotonicMs();
  }

  private get size(): number {
    return this.claimed.size + this.ended.size;
  }

  private find(key: string, fingerprint: string): IdempotencyClaim | undefined {
    const entry = this.ended.get(key) ?? this.claimed.get(key);
    if (entry === undefined || entry.untilMs <= this.nowMs) return undefined;
    if (entry.fingerprint !== fingerprint) return { state: 'other' };
    const { result } = entry;
    return result === undefined ? { state: 'running' } : { state: 'ended', result };
  }

  private dropExpiredResults(): void {
    for (const [key, { untilMs }] of this.ended) {
      if (untilMs > this.nowMs) break;
      this.ended.delete(key);
    }
    if (this.size < warnShare.below * this.maxKeys) this.isNearlyFull = false;
  }

  private dropExpiredClaims(): void {
    for (const [key, { untilMs }] of this.claimed) {
      if (untilMs <= this.nowMs) this.claimed.delete(key);
    }
  }

  private warnOfProcessLife(): void {
    if (this.isUsed) return;
    this.isUsed = true;
    if (!this.runtime.isProduction()) return;
    this.logger.warn(
      'Idempotency keys are kept in the memory of this process: a restart loses them, other instances do not know them, and a repeated key rings again. Set redisUrl',
    );
  }

  private warnWhenNearlyFull(): void {
    if (this.isNearlyFull || this.size < warnShare.above * this.maxKeys) return;
    this.isNearlyFull = true;
    this.logger.warn(
      `${this.size} of at most ${this.maxKeys} idempotency keys are in memory; when it is full, calls with new keys are not sent. Set redisUrl, raise idempotencyMaxKeys or lower idempotencyLifeMs`,
    );
  }
}
