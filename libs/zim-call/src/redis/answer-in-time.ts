import type { Timers } from '../time/runtime.js';

/** The last part of each limit, in which an answer that has arrived is still read. */
const graceMs = 10;

/**
 * Calls back when a limit has passed, not counting the time in which this process stood still. Timers run before
 * sockets are read: after a pause, a timer on its own would give up on an answer that has already arrived.
 * @returns what cancels it
 */
export function startLimit(timers: Timers, limitMs: number, onLimit: () => void): () => void {
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

/** An answer, or an error once it is too late for one. */
export async function answerInTime<T>(
  answer: Promise<T>,
  timers: Timers,
  limitMs: number,
  onLateAnswer?: () => void,
): Promise<T> {
  let cancel: () => void = () => undefined;
  let isLate = false;
  const limit = new Promise<never>((_, reject) => {
    cancel = startLimit(timers, limitMs, () => {
      isLate = true;
      reject(new Error(`no answer within ${Math.round(limitMs)} ms`));
    });
  });
  const watched = answer.then((value) => {
    if (isLate) onLateAnswer?.();
    return value;
  });
  try {
    return await Promise.race([watched, limit]);
  } finally {
    cancel();
  }
}
