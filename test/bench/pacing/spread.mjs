import { meanOf } from './metrics.mjs';

/**
 * The worst and the mean of a figure over the seeds of a row.
 *
 * @param {readonly import('./rows.mjs').Result[]} results
 * @param {(result: import('./rows.mjs').Result) => number | undefined} pick
 * @param {'low' | 'high'} bad which end is the worse one
 * @returns {{ worst: number, mean: number } | undefined} `undefined` if no result has the figure
 */
export function spreadOf(results, pick, bad) {
  const values = results.map(pick).filter((value) => value !== undefined);
  const mean = meanOf(values);
  if (mean === undefined) return undefined;
  return { worst: bad === 'low' ? Math.min(...values) : Math.max(...values), mean };
}
