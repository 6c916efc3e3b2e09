/** Keeps the newest entries, up to a limit. */
export class Ring<Entry> {
  readonly #limit: number;
  #entries: Entry[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns the oldest, if it had to go */
  push(entry: Entry): Entry | undefined {
    this.#entries.push(entry);
    return this.#entries.length > this.#limit ? this.#entries.shift() : undefined;
  }

  /** Oldest first. */
  toArray(): Entry[] {
    return [...this.#entries];
  }

  /** At most so many, oldest first. */
  newest(count: number): Entry[] {
    return this.#entries.slice(-count);
  }

  clear(): void {
    this.#entries = [];
  }
}
