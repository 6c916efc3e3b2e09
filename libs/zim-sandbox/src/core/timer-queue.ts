interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Timers in the order in which they are due; those due together, in the order in which they were set. */
export class TimerQueue {
  readonly #timers: Timer[] = [];

  /** @returns cancels it */
  add(dueMs: number, callback: () => void): () => void {
    const timer = { dueMs, callback };
    this.#timers.splice(this.#timers.findLastIndex((other) => other.dueMs <= dueMs) + 1, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index !== -1) this.#timers.splice(index, 1);
    };
  }

  /** Infinity if there is none. */
  nextDueMs(): number {
    return this.#timers[0]?.dueMs ?? Infinity;
  }

  fireNext(): void {
    this.#timers.shift()?.callback();
  }
}
