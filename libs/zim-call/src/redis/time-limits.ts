import type { ZimTimers } from '../time/runtime.js';

/** The last part of each limit, in which an answer that has arrived is still read. */
const graceMs = 10;

/**
 * Calls back when a limit has passed, not counting the time in which this process stood still. Timers run before
 * sockets are read: after a pause, a plain timer would give up on an answer that has already arrived.
 * @returns a function that cancels it
 */
export function startLimit(timers: ZimTimers, limitMs: number, onLimit: () => void): () => void {
  const firstMs = limitMs - graceMs;
  const dueMs = timers.monotonicMs() + firstMs;
  let cancel = timers.setTimer(firstMs, () => {
    const stoodStillMs = Math.min(limitMs, timers.monotonicMs() - dueMs);
    cancel = timers.setTimer(Math.max(graceMs, stoodStillMs), onLimit);
  });
  return () => {
    cancel();
  };
}

export function answerWithin<T>(
  answer: Promise<T>,
  timers: ZimTimers,
  limitMs: number,
  onLateAnswer?: () => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const cancel = startLimit(timers, limitMs, () => {
      isLate = true;
      reject(new Error(`no answer within ${Math.round(limitMs)} ms`));
    });
    const settle = (value: T) => {
      if (isLate) onLateAnswer?.();
      resolve(value);
    };
    answer.then(settle, reject).finally(cancel);
  });
}

const answerMs = { least: 100, most: 400 };
/** A Redis that takes this many times as long as its slowest recent answer still counts as available. */
const toleratedSlowdown = 3;
/** With each answer, the slowest recent answer counts for this part of what it did. */
const decay = 0.98;
/** A Redis that is unavailable has to answer in this part of the time, or it would come and go. */
const probePart = 0.75;

/** How long to wait for an answer of Redis: longer where answers take longer, within bounds. */
export class AdaptiveTimeout {
  private slowestMs = 0;

  get limitMs(): number {
    return Math.min(answerMs.most, Math.max(answerMs.least, toleratedSlowdown * this.slowestMs));
  }

  get probeLimitMs(): number {
    return probePart * this.limitMs;
  }

  /** Learns how long an answer took, also one that came after the limit. */
  learn(roundTripMs: number): void {
    this.slowestMs = Math.max(roundTripMs, this.slowestMs * decay);
  }
}
