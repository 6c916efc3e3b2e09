import { advance, emptyState, type ConsoleState, type FeedItem } from './state.js';

/** Nobody reads faster, and to draw everything anew for each of fifty requests a second is a waste. */
const restMs = 80;

/** The state of this tab. Those who listen are told at once, and then of all that has come in a moment together. */
export class ConsoleStore {
  #state = emptyState;
  #pending: FeedItem[] = [];
  #lastFlushAt = -Infinity;
  readonly #listeners = new Set<() => void>();

  get state(): ConsoleState {
    return this.#state;
  }

  push(item: FeedItem): void {
    this.#pending.push(item);
    if (this.#pending.length > 1) return;
    const restedMs = performance.now() - this.#lastFlushAt;
    setTimeout(
      () => {
        this.#flush();
      },
      Math.max(0, restMs - restedMs),
    );
  }

  /** @returns ends that */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #flush(): void {
    const items = this.#pending;
    this.#pending = [];
    this.#lastFlushAt = performance.now();
    this.#state = advance(this.#state, items);
    for (const listener of this.#listeners) listener();
  }
}
