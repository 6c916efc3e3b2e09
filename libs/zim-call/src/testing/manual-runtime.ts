import type { ZimRuntime } from '../time/runtime.js';

interface Timer {
  readonly dueMs: number;
  readonly callback: () => void;
}

/**
 * A runtime that tests hold: time moves by {@link ManualRuntime.advance}. Waits between attempts, which are
 * shorter than any time limit, end at once, move time as far, and are written down.
 */
export class ManualRuntime implements ZimRuntime {
  nowMs = 1_700_000_000_000;
  randomValue = 0.5;
  production = false;
  readonly waits: number[] = [];
  readonly nonces: string[] = [];
  /** Told of each timer, so that a test can act while somebody waits. */
  onTimer?: (delayMs: number) => void;
  private readonly timers = new Set<Timer>();

  constructor(private readonly longestWaitMs = 2_000) {}

  /** Timers that nobody has cancelled. */
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
    const timer = { dueMs: this.nowMs + delayMs, callback };
    this.timers.add(timer);
    this.onTimer?.(delayMs);
    if (delayMs <= this.longestWaitMs) {
      this.waits.push(delayMs);
      setImmediate(() => {
        if (this.timers.has(timer)) this.nowMs = Math.max(this.nowMs, timer.dueMs);
        this.fire(timer);
      });
    }
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

  advance(ms: number): void {
    this.nowMs += ms;
    for (const timer of [...this.timers]) if (timer.dueMs <= this.nowMs) this.fire(timer);
  }

  private fire(timer: Timer): void {
    if (this.timers.delete(timer)) timer.callback();
  }
}
