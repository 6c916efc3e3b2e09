import { Listeners } from './listeners.js';
import { TimerQueue } from './timer-queue.js';

const maxAlarmMs = 2 ** 31 - 1;

/**
 * The sandbox's time: a source plus an offset that only grows. Moving it makes signatures expire, quotas
 * refill, phones stop ringing and callbacks come again, all without waiting.
 *
 * Timers fire by themselves while the source moves as real time does. With a source that stands still, they
 * fire when the clock is advanced.
 */
export class SandboxClock {
  readonly #source: () => number;
  readonly #timers = new TimerQueue();
  readonly #work = new Set<Promise<unknown>>();
  readonly #listeners = new Listeners<number>();
  #offsetMs = 0;
  /** How much of the advances is still to be walked. */
  #owedMs = 0;
  #isMoving = false;
  #moved = Promise.resolve();
  #alarm: NodeJS.Timeout | undefined;

  /** @param source Unix time in milliseconds; the machine's clock by default */
  constructor(source: () => number = Date.now) {
    this.#source = source;
  }

  /** Unix time in milliseconds, as the sandbox sees it. */
  now(): number {
    return this.#source() + this.#offsetMs;
  }

  /**
   * Unix time in milliseconds without what the sandbox's was moved forward by.
   *
   * @internal
   */
  sourceNow(): number {
    return this.#source();
  }

  /**
   * Moves the sandbox's time forward, from one due timer to the next: each fires at its own time, and what
   * it started (callbacks on their way to your app) has an answer before time goes on. Await it where that
   * matters; while nothing is due or under way, time has moved by the time this returns.
   *
   * Awaiting it inside the answer to a callback waits for that very answer, until it counts as failed.
   *
   * @throws RangeError, at once, for anything but a finite number from 0 up: a quota cannot be un-spent. For
   * a sandbox that lags behind your backend, start it with a source that does.
   */
  advance(milliseconds: number): PromiseLike<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError('The sandbox clock moves forward only, by milliseconds from 0 up.');
    this.#owedMs += milliseconds;
    if (!this.#isMoving) {
      this.#isMoving = true;
      // Set before the first step: a timer that advances the clock further gets this very promise.
      let begin = (_: Promise<void>): void => undefined;
      this.#moved = new Promise<void>((resolve) => {
        begin = resolve;
      });
      begin(this.#move());
    }
    return this.#moved;
  }

  /**
   * Calls back once, when the sandbox's time has moved on by the delay. It never keeps the process alive.
   *
   * @returns cancels it
   */
  setTimer(delayMs: number, callback: () => void): () => void {
    const cancel = this.#timers.add(this.now() + delayMs, callback);
    this.#setAlarm();
    return () => {
      cancel();
      this.#setAlarm();
    };
  }

  /**
   * Calls the listener with the time after each step of an advance.
   *
   * @internal
   */
  onStep(listener: (nowMs: number) => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Time does not advance while the work is under way.
   *
   * @internal
   */
  hold(work: Promise<unknown>): void {
    const held = work.finally(() => this.#work.delete(held));
    this.#work.add(held);
  }

  async #move(): Promise<void> {
    try {
      do {
        while (this.#work.size > 0) await Promise.allSettled(this.#work);
      } while (this.#step());
    } finally {
      this.#isMoving = false;
      this.#setAlarm();
    }
  }

  /** Goes to the next timer within reach and fires it, or else to the end. */
  #step(): boolean {
    const gapMs = Math.max(0, this.#timers.nextDueMs() - this.now());
    const stepMs = Math.min(gapMs, this.#owedMs);
    const isWithinReach = gapMs <= this.#owedMs;
    this.#owedMs -= stepMs;
    this.#offsetMs += stepMs;
    if (stepMs > 0) this.#listeners.tell(this.now());
    if (isWithinReach) this.#timers.fireNext();
    return isWithinReach;
  }

  /** A real timer for the next of ours, if time moves by itself. */
  #setAlarm(): void {
    clearTimeout(this.#alarm);
    const dueMs = this.#timers.nextDueMs();
    if (this.#isMoving || dueMs === Infinity) return;
    const setAtMs = this.now();
    this.#alarm = setTimeout(
      () => {
        // A source that stands still would otherwise be asked again and again.
        if (this.now() === setAtMs) return;
        while (this.#timers.nextDueMs() <= this.now()) this.#timers.fireNext();
        this.#setAlarm();
      },
      Math.min(Math.max(Math.ceil(dueMs - setAtMs), 1), maxAlarmMs),
    ).unref();
  }
}
