/** Keeps the newest entries, up to a limit. */
export class BoundedList<Entry> {
  private entries: Entry[] = [];

  constructor(private readonly limit: number) {}

  /** @returns the oldest entry, if it was dropped */
  push(entry: Entry): Entry | undefined {
    this.entries.push(entry);
    return this.entries.length > this.limit ? this.entries.shift() : undefined;
  }

  /** Returns a copy, oldest first. */
  toArray(): Entry[] {
    return [...this.entries];
  }

  /** Returns at most `count` entries, oldest first. */
  newest(count: number): Entry[] {
    return this.entries.slice(-count);
  }

  clear(): void {
    this.entries = [];
  }
}
