import { percentile } from '../pacing/metrics.mjs';

/**
 * @typedef {object} Measured one round of one way
 * @property {string} way
 * @property {number} concurrency
 * @property {number} round
 * @property {number} cpuMicros user and system time of the process
 * @property {number} wallMs
 * @property {readonly number[]} tookMs of each call
 */

/**
 * @typedef {object} Figures medians over the rounds
 * @property {string} way
 * @property {number} concurrency
 * @property {number} cpuMicros of one call
 * @property {number} p50Ms
 * @property {number} p99Ms
 * @property {number} perSecond
 * @property {number} cpuRatio what ours took, divided by what this took
 */

/**
 * The figures of one way. Its ratio is taken within each round, when both had the same machine, and the median of them
 * counts.
 *
 * @param {readonly Measured[]} rounds of all ways
 * @param {string} way
 * @param {number} concurrency
 * @returns {Figures}
 */
export function figuresOf(rounds, way, concurrency) {
  const own = rounds.filter((each) => each.way === way && each.concurrency === concurrency);
  const oursOf = ({ round }) =>
    rounds.find(
      (each) => each.way === 'ours' && each.concurrency === concurrency && each.round === round,
    );
  return {
    way,
    concurrency,
    cpuMicros: median(own.map(cpuMicrosOf)),
    p50Ms: median(own.map(({ tookMs }) => percentile(tookMs, 0.5))),
    p99Ms: median(own.map(({ tookMs }) => percentile(tookMs, 0.99))),
    perSecond: median(own.map(({ tookMs, wallMs }) => (tookMs.length * 1_000) / wallMs)),
    cpuRatio: median(own.map((round) => cpuMicrosOf(oursOf(round)) / cpuMicrosOf(round))),
  };
}

/** Of an even number of values the mean of the two in the middle. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

function cpuMicrosOf({ cpuMicros, tookMs }) {
  return cpuMicros / tookMs.length;
}

/** The hand-written ways that this package has to beat at each concurrency; the fastest client is only reported. */
const toBeat = ['http-service', 'fetch'];

/**
 * @param {readonly Figures[]} figures
 * @returns {{ isMet: boolean, text: string }[]}
 */
export function judge(figures) {
  return figures
    .filter(({ way }) => toBeat.includes(way))
    .map(({ way, concurrency, cpuRatio }) => ({
      isMet: cpuRatio < 1,
      text: `less CPU than ${way} at concurrency ${concurrency} (ratio ${cpuRatio.toFixed(2)})`,
    }));
}
