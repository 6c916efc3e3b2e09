/** What has a time by which it must leave. */
export interface Perishable {
  readonly leaveByMs: number;
  /** Of those with one time, the first goes first. */
  readonly sequence: number;
}

/** Keeps what must leave earliest in front. Most come in that order, so most are put at the end. */
export class DeadlineOrder<T extends Perishable> {
  private readonly items: T[] = [];

  get size(): number {
    return this.items.length;
  }

  get first(): T | undefined {
    return this.items[0];
  }

  add(item: T): void {
    this.items.splice(this.placeOf(item), 0, item);
  }

  takeFirst(): T | undefined {
    return this.items.shift();
  }

  /** Whether it was there. */
  remove(item: T): boolean {
    const place = this.placeOf(item);
    if (this.items[place] !== item) return false;
    this.items.splice(place, 1);
    return true;
  }

  /** How many leave before something that must leave by then. */
  countBefore(leaveByMs: number): number {
    return this.placeOf({ leaveByMs, sequence: Number.POSITIVE_INFINITY });
  }

  private placeOf({ leaveByMs, sequence }: Perishable): number {
    let low = 0;
    let high = this.items.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const item = this.items[middle];
      const before =
        item !== undefined &&
        (item.leaveByMs < leaveByMs || (item.leaveByMs === leaveByMs && item.sequence < sequence));
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
