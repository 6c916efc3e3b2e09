import type { ZimRuntime } from '../time/runtime.js';

interface Timer {
  readonly delayMs: number;
  readonly dueMs: number;
  readonly callback: () => void;
}

/** A runtime whose time stands still unless a test moves it: no timer fires by itself. */
export class ManualRuntime implements ZimRuntime {
  nowMs = 1_700_000_000_000;
  randomValue = 0.5;
  production = false;
  readonly nonces: string[] = [];
  /** The lengths of the waits that {@link ManualRuntime.advanceUntilSettled} has ended. */
  readonly waits: number[] = [];
  /** Called with the delay of each new timer, so that a test can act while a call waits. */
  onTimer?: (delayMs: number) => void;
  private readonly timers = new Set<Timer>();
  private readonly waiters: (() => void)[] = [];

  /** Timers that have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  /** When the next timer is due; infinite without one. */
  get nextTimerMs(): number {
    return Math.min(...[...this.timers].map(({ dueMs }) => dueMs));
  }

  wallClockMs(): number {
    return this.nowMs;
  }

  monotonicMs(): number {
    return this.nowMs;
  }

  setTimer(delayMs: number, callback: () => void): () => void {
    const timer = { delayMs, dueMs: this.nowMs + delayMs, callback };
    this.timers.add(timer);
    this.onTimer?.(delayMs);
    this.wake();
    return () => {
      this.timers.delete(timer);
    };
  }

  random(): number {
    return this.randomValue;
  }

  isProduction(): boolean {
    return this.production;
  }

  nonce(): string {
    const nonce = (this.nonces.length + 1).toString(16).padStart(16, '0');
    this.nonces.push(nonce);
    return nonce;
  }

  /** Resolves when the next timer of this length is set. */
  timerOf(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.onTimer = (givenMs) => {
        if (givenMs === delayMs) resolve();
      };
    });
  }

  /** Moves time at once, as after a pause of the process, and fires the timers that are due by then. */
  advance(ms: number): void {
    this.nowMs += ms;
    for (const timer of [...this.timers]) if (timer.dueMs <= this.nowMs) this.fire(timer);
  }

  /**
   * Moves time to the end of one wait after the other until the promise settles. A timer of more than
   * `longestWaitMs` is a time limit, not a wait, and does not fire.
   */
  async advanceUntilSettled<T>(promise: Promise<T>, longestWaitMs = 2_000): Promise<T> {
    const state = { isSettled: false };
    const settle = () => {
      state.isSettled = true;
      this.wake();
    };
    promise.then(settle, settle);
    for (;;) {
      // Sockets and promises go first: what they bring may end the wait, or the call.
      await new Promise(setImmediate);
      if (state.isSettled) return promise;
      const wait = this.nextWait(longestWaitMs);
      if (wait === undefined) {
        await new Promise<void>((resolve) => {
          this.waiters.push(resolve);
        });
      } else {
        this.waits.push(wait.delayMs);
        this.nowMs = Math.max(this.nowMs, wait.dueMs);
        this.fire(wait);
      }
    }
  }

  private wake(): void {
    for (const resolve of this.waiters.splice(0)) resolve();
  }

  private nextWait(longestWaitMs: number): Timer | undefined {
    return [...this.timers]
      .filter(({ delayMs }) => delayMs <= longestWaitMs)
      .reduce<Timer | undefined>(
        (first, timer) => (first && first.dueMs <= timer.dueMs ? first : timer),
        undefined,
      );
  }

  private fire(timer: Timer): void {
    if (this.timers.delete(timer)) timer.callback();
  }
}

/** Resolves when every promise that can settle without a timer has settled. */
export function pendingWork(): Promise<void> {
  // Twice, because reservations of slots wait for a turn of the event loop themselves.
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
