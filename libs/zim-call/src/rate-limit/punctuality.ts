const leastMs = 30;
const mostMs = 200;
const startMs = 60;

/**
 * How late this process may use a slot. A process that wakes later gives its slot up, and is then allowed
 * more, for other slots allow for as much; with every slot used in time it is allowed a little less.
 */
export class Punctuality {
  private limitMs = startMs;

  get lateLimitMs(): number {
    return this.limitMs;
  }

  tooLate(): void {
    this.limitMs = Math.min(mostMs, this.limitMs * 1.5);
  }

  inTime(): void {
    this.limitMs = Math.max(leastMs, this.limitMs * 0.995);
  }
}
