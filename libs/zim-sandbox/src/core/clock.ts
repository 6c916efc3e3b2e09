/**
 * The sandbox's time: a source plus an offset that only grows. Moving it makes signatures expire and quotas
 * refill without waiting.
 */
export class SandboxClock {
  readonly #source: () => number;
  #offsetMs = 0;

  /** @param source Unix time in milliseconds; the machine's clock by default */
  constructor(source: () => number = Date.now) {
    this.#source = source;
  }

  /** Unix time in milliseconds, as the sandbox sees it. */
  now(): number {
    return this.#source() + this.#offsetMs;
  }

  /**
   * Moves the sandbox's time forward.
   *
   * @throws RangeError for anything but a finite number from 0 up: a quota cannot be un-spent. For a sandbox
   * that lags behind your backend, start it with a source that does.
   */
  advance(milliseconds: number): void {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError('The sandbox clock moves forward only, by milliseconds from 0 up.');
    this.#offsetMs += milliseconds;
  }
}
