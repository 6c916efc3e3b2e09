import * as timers from 'node:timers';
import { nowMs } from './clock.mjs';

/** Timers count whole milliseconds and fire late; for the rest of the time the queue watches the clock. */
const watchedMs = 2;

/** Runs actions at times of {@link nowMs}, in order of time, never early and as a rule less than 1 ms late. */
export class PreciseQueue {
  /** In order of time. */
  #entries = [];
  #timer;
  #isWatching = false;

  #nowMs;
  #timers;

  /** Tests give a clock and timers of their own. */
  constructor(now = nowMs, { setTimeout, clearTimeout, setImmediate } = timers) {
    this.#nowMs = now;
    this.#timers = { setTimeout, clearTimeout, setImmediate };
  }

  /** When each action ran, and how late, in milliseconds. */
  history = [];

  /**
   * @param {number} dueMs
   * @param {() => void} action
   */
  at(dueMs, action) {
    const later = this.#entries.findLastIndex((entry) => entry.dueMs <= dueMs) + 1;
    this.#entries.splice(later, 0, { dueMs, action });
    // Whatever comes first is waited for already.
    if (later === 0) this.#wait();
  }

  /** Drops what has not run. */
  clear() {
    this.#entries.length = 0;
    this.#timers.clearTimeout(this.#timer);
  }

  #wait() {
    if (this.#isWatching || this.#entries.length === 0) return;
    this.#timers.clearTimeout(this.#timer);
    const restMs = this.#entries[0].dueMs - this.#nowMs();
    if (restMs <= watchedMs) this.#watch();
    else this.#timer = this.#timers.setTimeout(() => this.#wait(), restMs - watchedMs);
  }

  /** Between two looks at the clock the process handles what arrives on its sockets. */
  #watch() {
    this.#isWatching = true;
    this.#timers.setImmediate(() => {
      this.#isWatching = false;
      this.#runDue();
      this.#wait();
    });
  }

  #runDue() {
    while (this.#entries.length > 0) {
      const atMs = this.#nowMs();
      const lateMs = atMs - this.#entries[0].dueMs;
      if (lateMs < 0) return;
      this.history.push({ atMs, lateMs });
      this.#entries.shift().action();
    }
  }
}
