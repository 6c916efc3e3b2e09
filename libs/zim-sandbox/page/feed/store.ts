import { advance, emptyState, type ConsoleState, type FeedItem } from './state.js';

/** A hidden tab draws no frames, and must take things in all the same. */
const latestMs = 250;

/** The state of this tab. Those who listen are told at most once a frame. */
export class ConsoleStore {
  #state = emptyState;
  #pending: FeedItem[] = [];
  #frame = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();

  get state(): ConsoleState {
    return this.#state;
  }

  /** Takes an item in with the next frame. */
  push(item: FeedItem): void {
    this.#pending.push(item);
    if (this.#pending.length > 1) return;
    const flush = (): void => {
      this.#flush();
    };
    this.#frame = requestAnimationFrame(flush);
    this.#timer = setTimeout(flush, latestMs);
  }

  /** @returns ends that */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    const items = this.#pending;
    this.#pending = [];
    this.#state = advance(this.#state, items);
    for (const listener of this.#listeners) listener();
  }
}
