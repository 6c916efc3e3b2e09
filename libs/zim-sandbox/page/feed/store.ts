import { applyItems, initialState, type ConsoleState, type FeedItem } from './state.js';

/** The page is rendered at most once per interval, whatever the rate of requests. */
const minFlushIntervalMs = 80;

/** Holds the state of this tab. Items are applied in batches; listeners are called once per batch. */
export class ConsoleStore {
  private current = initialState;
  private pending: FeedItem[] = [];
  private lastFlushAt = -Infinity;
  private readonly listeners = new Set<() => void>();

  get state(): ConsoleState {
    return this.current;
  }

  push(item: FeedItem): void {
    this.pending.push(item);
    if (this.pending.length > 1) return;
    const elapsedMs = performance.now() - this.lastFlushAt;
    setTimeout(
      () => {
        this.flush();
      },
      Math.max(0, minFlushIntervalMs - elapsedMs),
    );
  }

  /** @returns a function that removes the listener */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  private flush(): void {
    const items = this.pending;
    this.pending = [];
    this.lastFlushAt = performance.now();
    this.current = applyItems(this.current, items);
    for (const listener of this.listeners) listener();
  }
}
