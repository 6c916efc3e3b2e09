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
 * The optimum over a network. Without `jitterMs` each request takes the mean delay, so that a sender knows when it
 * arrives: no schedule ends earlier. With it, the time a request takes varies by `jitterMs`, and only a sender that
 * leaves this much more room between the first and the 21st call is certain not to be refused.
 *
 * @param {readonly number[]} dueMs in any order
 * @param {{ delayMs?: number, jitterMs?: number }} [network] the delay of requests, one way
 * @returns {{ makespanMs: number, arrivalsMs: number[], waitsMs: number[] }} from the first call to the last arrival;
 *   each arrival, in order; each call's wait until then
 */
export function optimumOf(dueMs, { delayMs = 0, jitterMs = 0 } = {}) {
  const sorted = dueMs.toSorted((a, b) => a - b);
  const arrivalsMs = optimalArrivals(sorted, quotaLimit, quotaWindowMs + jitterMs).map(
    (slot) => slot + delayMs,
  );
  return {
    makespanMs: (arrivalsMs.at(-1) ?? 0) - (sorted[0] ?? 0),
    arrivalsMs,
    waitsMs: arrivalsMs.map((arrival, index) => arrival - sorted[index]),
  };
}

/**
 * Both optima of a profile.
 *
 * @param {readonly number[]} dueMs in any order
 * @param {{ delayMs: number, jitterMs: number }} network
 */
export function optimaOf(dueMs, { delayMs, jitterMs }) {
  return {
    unjittered: optimumOf(dueMs, { delayMs }),
    own: optimumOf(dueMs, { delayMs, jitterMs }),
  };
}
