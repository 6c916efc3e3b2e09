import type { ZimRuntime } from '../time/runtime.js';
import { ExpiringMap } from './expiring-map.js';

/**
 * The state of a callback when a receiver claims it. `new`: handle it, then settle or release the claim by its token;
 * `done`: it was handled; `busy`: another claim holds it.
 */
export type CallbackClaim =
  | { readonly state: 'new'; readonly token: string }
  | { readonly state: 'done' }
  | { readonly state: 'busy' };

/**
 * Remembers which callbacks were handled, and what came with each nonce. ZIM delivers at least once, and gives an
 * event no id. A claim can expire while its handlers still run, so only the token of the claim that holds the key
 * changes anything.
 */
export interface CallbackStore {
  claim(key: string): Promise<CallbackClaim>;
  /** Remembers for `lifeMs` that the callback was handled, unless another claim holds the key by now. */
  settle(key: string, token: string, lifeMs: number): Promise<void>;
  /** Lets the callback be claimed again after its handlers failed, if this claim still holds the key. */
  release(key: string, token: string): Promise<void>;
  /**
   * Returns the content that first came with a nonce: the given one if the nonce is new or was forgotten. ZIM's
   * signature covers nonce and timestamp only, so a sender who has seen one callback can sign other content with it.
   */
  firstContent(nonce: string, content: string, lifeMs: number): Promise<string>;
}

export const CALLBACK_STORE = Symbol('CALLBACK_STORE');

/** How long a callback is remembered at least: far longer than ZIM repeats it (62 s). */
export const callbackLifeMs = 15 * 60 * 1000;

const maxEntries = 50_000;

/** For one instance of a backend; of more callbacks or nonces than 50,000 it forgets the oldest. */
export class MemoryCallbackStore implements CallbackStore {
  private readonly callbacks: ExpiringMap<{ readonly token: string; readonly isDone: boolean }>;
  private readonly contents: ExpiringMap<string>;

  constructor(private readonly runtime: ZimRuntime) {
    this.callbacks = new ExpiringMap(runtime, maxEntries);
    this.contents = new ExpiringMap(runtime, maxEntries);
  }

  claim(key: string): Promise<CallbackClaim> {
    const holder = this.callbacks.get(key);
    if (holder !== undefined) return Promise.resolve({ state: holder.isDone ? 'done' : 'busy' });
    const token = this.runtime.nonce();
    this.callbacks.set(key, { token, isDone: false }, callbackLifeMs);
    return Promise.resolve({ state: 'new', token });
  }

  settle(key: string, token: string, lifeMs: number): Promise<void> {
    const holder = this.callbacks.get(key)?.token ?? token;
    if (holder === token) this.callbacks.set(key, { token, isDone: true }, lifeMs);
    return Promise.resolve();
  }

  release(key: string, token: string): Promise<void> {
    const holder = this.callbacks.get(key);
    if (holder?.token === token && !holder.isDone) this.callbacks.delete(key);
    return Promise.resolve();
  }

  firstContent(nonce: string, content: string, lifeMs: number): Promise<string> {
    const first = this.contents.get(nonce);
    if (first === undefined) this.contents.set(nonce, content, lifeMs);
    return Promise.resolve(first ?? content);
  }
}
