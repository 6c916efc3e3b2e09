import type { ZimRuntime } from '../time/runtime.js';

/**
 * Remembers what came with each nonce and timestamp. ZIM's signature covers these two alone, so whoever has seen one
 * callback can send another content with its signature.
 */
export interface NonceStore {
  /** The content that first came with a nonce: the given one if the nonce is new or was forgotten. */
  firstContent(nonce: string, content: string, lifeMs: number): Promise<string>;
}

/** The token of the {@link NonceStore}. */
export const NONCE_STORE = Symbol('NONCE_STORE');

const maxEntries = 50_000;

/** For one instance of a backend; of more nonces than 50,000 it forgets the oldest. */
export class LocalNonceStore implements NonceStore {
  private readonly entries = new Map<
    string,
    { readonly content: string; readonly untilMs: number }
  >();

  constructor(private readonly runtime: ZimRuntime) {}

  firstContent(nonce: string, content: string, lifeMs: number): Promise<string> {
    const nowMs = this.runtime.monotonicMs();
    this.forget(nowMs);
    const entry = this.entries.get(nonce);
    if (entry !== undefined && entry.untilMs > nowMs) return Promise.resolve(entry.content);
    this.entries.delete(nonce);
    this.entries.set(nonce, { content, untilMs: nowMs + lifeMs });
    return Promise.resolve(content);
  }

  private forget(nowMs: number): void {
    for (const [nonce, { untilMs }] of this.entries) {
      if (untilMs > nowMs && this.entries.size <= maxEntries) return;
      this.entries.delete(nonce);
    }
  }
}
