import { Listeners } from './listeners.js';

/** Longest delay that `setTimeout` takes. */
const maxTimeoutMs = 2 ** 31 - 1;

/**
 * The sandbox's time: a source plus an offset that only grows. Advancing it makes signatures expire, quotas
 * refill, phones stop ringing and callbacks be sent again, all without waiting.
 *
 * Timers fire by themselves while the source moves as real time does. With a source that stands still, they
 * fire when the clock is advanced.
 */
export class SandboxClock {
  private readonly dueTimers = new TimerQueue();
  private readonly pendingWork = new Set<Promise<unknown>>();
  private readonly stepListeners = new Listeners<number>();
  private offsetMs = 0;
  /** Requested by `advance`, but not passed yet. */
  private remainingMs = 0;
  private isAdvancing = false;
  private advanced = Promise.resolve();
  private realTimer: NodeJS.Timeout | undefined;

  /** @param source - Unix time in milliseconds; the machine's clock by default */
  constructor(private readonly source: () => number = Date.now) {}

  /** Returns the sandbox's time as Unix time in milliseconds. */
  now(): number {
    return this.source() + this.offsetMs;
  }

  /**
   * Returns the time of the source, without what the clock was advanced by, as Unix time in milliseconds.
   *
   * @internal
   */
  sourceNow(): number {
    return this.source();
  }

  /**
   * Moves the sandbox's time forward, from one due timer to the next: each fires at its own time, and what it
   * started (such as a callback to your app) completes before time moves on. Resolves when the whole step has
   * passed; when no timer is due and no callback is being sent, the time has moved by the time this returns.
   *
   * Awaiting it inside the handler of a callback waits for the reply of that very handler, until it times out.
   *
   * @throws RangeError, synchronously, for anything but a finite number from 0 up: a used quota cannot be
   * restored. For a sandbox that lags behind your backend, start it with a source that does.
   */
  advance(milliseconds: number): PromiseLike<void> {
    if (!Number.isFinite(milliseconds) || milliseconds < 0)
      throw new RangeError('The sandbox clock moves forward only, by milliseconds from 0 up.');
    this.remainingMs += milliseconds;
    if (!this.isAdvancing) {
      this.isAdvancing = true;
      // Set before the first step, so that a timer that advances the clock further gets this same promise.
      let begin = (_: Promise<void>): void => undefined;
      this.advanced = new Promise<void>((resolve) => {
        begin = resolve;
      });
      begin(this.run());
    }
    return this.advanced;
  }

  /**
   * Calls back once, when the sandbox's time has moved on by the delay. It never keeps the process alive.
   *
   * @returns cancels the timer
   */
  setTimer(delayMs: number, callback: () => void): () => void {
    const cancel = this.dueTimers.add(this.now() + delayMs, callback);
    this.setRealTimer();
    return () => {
      cancel();
      this.setRealTimer();
    };
  }

  /**
   * Calls the listener with the time after each step of an advance.
   *
   * @internal
   */
  onStep(listener: (nowMs: number) => void): () => void {
    return this.stepListeners.add(listener);
  }

  /**
   * Holds an advance back until the work has settled.
   *
   * @internal
   */
  hold(work: Promise<unknown>): void {
    const held = work.finally(() => this.pendingWork.delete(held));
    this.pendingWork.add(held);
  }

  private async run(): Promise<void> {
    try {
      do {
        while (this.pendingWork.size > 0) await Promise.allSettled(this.pendingWork);
      } while (this.step());
    } finally {
      this.isAdvancing = false;
      this.setRealTimer();
    }
  }

  /** Moves to the next timer within the remaining time and fires it, else to the end. */
  private step(): boolean {
    const gapMs = Math.max(0, this.dueTimers.nextDueMs() - this.now());
    const stepMs = Math.min(gapMs, this.remainingMs);
    const isWithinReach = gapMs <= this.remainingMs;
    this.remainingMs -= stepMs;
    this.offsetMs += stepMs;
    if (stepMs > 0) this.stepListeners.emit(this.now());
    if (isWithinReach) this.dueTimers.fireNext();
    return isWithinReach;
  }

  /** Sets a real timer for the next timer of the sandbox's clock. */
  private setRealTimer(): void {
    clearTimeout(this.realTimer);
    const dueMs = this.dueTimers.nextDueMs();
    if (this.isAdvancing || dueMs === Infinity) return;
    const setAtMs = this.now();
    this.realTimer = setTimeout(
      () => {
        // With a source that stands still, the timer would be set over and over.
        if (this.now() === setAtMs) return;
        while (this.dueTimers.nextDueMs() <= this.now()) this.dueTimers.fireNext();
        this.setRealTimer();
      },
      Math.min(Math.max(Math.ceil(dueMs - setAtMs), 1), maxTimeoutMs),
    ).unref();
  }
}

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/** Timers in the order in which they are due; those due together, in the order in which they were set. */
class TimerQueue {
  private readonly timers: Timer[] = [];

  /** @returns cancels the timer */
  add(dueMs: number, callback: () => void): () => void {
    const timer = { dueMs, callback };
    this.timers.splice(this.timers.findLastIndex((other) => other.dueMs <= dueMs) + 1, 0, timer);
    return () => {
      const index = this.timers.indexOf(timer);
      if (index !== -1) this.timers.splice(index, 1);
    };
  }

  /** Returns when the next timer is due, Infinity without one. */
  nextDueMs(): number {
    return this.timers[0]?.dueMs ?? Infinity;
  }

  fireNext(): void {
    this.timers.shift()?.callback();
  }
}
