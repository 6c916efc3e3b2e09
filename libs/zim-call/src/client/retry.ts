import type { ZimRetryPolicy } from '../options/retry-policies.js';

/**
 * How long to wait after a failed attempt. Waits are spread over their whole length at random, so that instances
 * that failed together do not come back together.
 * @param attempt the one that failed, from 1
 * @param random at least 0, below 1
 */
export function backOffMs(
  { baseDelayMs, maxDelayMs }: ZimRetryPolicy,
  attempt: number,
  random: number,
): number {
  return random * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1));
}
