import { quotaLimit, quotaWindowMs } from './quota.mjs';

/**
 * When each call arrives if every slot is taken at the earliest moment the quota allows. No schedule that keeps the
 * quota ends earlier or waits less in sum: in any other, the k-th call comes at this time or later.
 *
 * @param {readonly number[]} dueMs in order
 * @returns {number[]}
 */
export function optimalArrivals(dueMs, limit = quotaLimit, windowMs = quotaWindowMs) {
  /** @type {number[]} */
  const slots = [];
  for (const [index, due] of dueMs.entries()) {
    const previous = slots[index - limit];
    slots.push(previous === undefined ? due : Math.max(due, previous + windowMs));
  }
  return slots;
}

/**
 * @param {readonly number[]} dueMs in any order
 * @returns {{ makespanMs: number, waitsMs: number[] }} from time 0 to the last arrival, and each call's wait
 */
export function optimumOf(dueMs) {
  const sorted = dueMs.toSorted((a, b) => a - b);
  const slots = optimalArrivals(sorted);
  return {
    makespanMs: slots.at(-1) ?? 0,
    waitsMs: slots.map((slot, index) => slot - sorted[index]),
  };
}
