import { quotaWindowMs } from './quota.mjs';
import { optimaOf, optimumOf } from './optimum.mjs';
import { lateTenants } from './workloads.mjs';

/**
 * @typedef {object} Arrival one request, as the receiving server saw it
 * @property {number} atMs after the start
 * @property {boolean} accepted
 * @property {number} process
 * @property {string} tenant
 * @property {string} id
 */

/**
 * @typedef {object} Metrics
 * @property {number} calls
 * @property {number} sent requests that arrived
 * @property {number} accepted
 * @property {number} refused
 * @property {number} rang calls of which a request was accepted
 * @property {number} arrived calls of which at least one request arrived
 * @property {boolean} done whether every call arrived before the time was up
 * @property {number} maxInWindow arrivals in the worst sliding second
 * @property {number} makespanMs from the first call to the last arrival
 * @property {number | undefined} efficiency measured by the optimum without jitter
 * @property {number | undefined} ownEfficiency measured by the profile's own optimum
 * @property {number | undefined} behindMs how much later than under the optimum without jitter calls arrived, in the mean
 * @property {Record<'p50' | 'p95' | 'max', number | undefined>} waitMs of accepted calls
 * @property {Record<string, number | undefined>} tenantWaitMs medians of the tenants that come second
 * @property {number | undefined} jain
 */

/**
 * What a run came to. Waits are those of the accepted calls, from the moment the backend was asked to the arrival at
 * the receiver.
 *
 * @param {readonly import('./workloads.mjs').Job[]} jobs
 * @param {readonly Arrival[]} arrivals
 * @param {number} processes
 * @param {{ delayMs: number, jitterMs: number }} [network] the delay of requests, one way
 * @returns {Metrics}
 */
export function measure(jobs, arrivals, processes, network = { delayMs: 0, jitterMs: 0 }) {
  const due = new Map(jobs.map((job) => [job.id, job.atMs]));
  const accepted = arrivals.filter((arrival) => arrival.accepted);
  const waits = accepted.map((arrival) => waitOf(arrival, due));
  const firstMs = Math.min(...due.values());
  const seen = new Set(arrivals.map((arrival) => arrival.id));
  return {
    calls: jobs.length,
    sent: arrivals.length,
    accepted: accepted.length,
    refused: arrivals.length - accepted.length,
    rang: new Set(accepted.map((arrival) => arrival.id)).size,
    arrived: seen.size,
    done: jobs.every((job) => seen.has(job.id)),
    maxInWindow: maxInWindow(arrivals.map((arrival) => arrival.atMs)),
    makespanMs: Math.max(0, latest(arrivals) - firstMs),
    ...comparedWithOptima(accepted, due, firstMs, network),
    waitMs: {
      p50: percentile(waits, 0.5),
      p95: percentile(waits, 0.95),
      max: percentile(waits, 1),
    },
    tenantWaitMs: Object.fromEntries(
      lateTenants.map((tenant) => {
        const own = accepted.filter((arrival) => arrival.tenant === tenant);
        return [
          tenant,
          percentile(
            own.map((arrival) => waitOf(arrival, due)),
            0.5,
          ),
        ];
      }),
    ),
    jain: jainAtHalfTime(accepted, processes),
  };
}

/**
 * The optimum's time for the calls that got through, divided by the time they took. Calls that were refused count on
 * neither side: to fail quickly must not look efficient.
 */
function comparedWithOptima(accepted, due, firstMs, network) {
  const { unjittered, own } = optimaOf(
    accepted.map((arrival) => due.get(arrival.id) ?? 0),
    network,
  );
  const tookMs = latest(accepted) - firstMs;
  const efficiency = ({ arrivalsMs }) =>
    tookMs > 0 ? ((arrivalsMs.at(-1) ?? 0) - firstMs) / tookMs : undefined;
  const behindMs = accepted
    .map(({ atMs }) => atMs)
    .toSorted((a, b) => a - b)
    .map((atMs, rank) => atMs - unjittered.arrivalsMs[rank]);
  return {
    efficiency: efficiency(unjittered),
    ownEfficiency: efficiency(own),
    behindMs: meanOf(behindMs),
  };
}

/**
 * The p95 wait of some processes' calls, and what it would be under the optimum, which takes calls in the order they
 * were made.
 *
 * @param {readonly import('./workloads.mjs').Job[]} jobs as they were really made
 * @param {readonly Arrival[]} arrivals
 * @param {(process: number) => boolean} isMeant
 * @param {{ delayMs: number, jitterMs: number }} network
 */
export function waitOfProcesses(jobs, arrivals, isMeant, { delayMs }) {
  const due = new Map(jobs.map((job) => [job.id, job.atMs]));
  const waits = arrivals
    .filter(({ accepted, process }) => accepted && isMeant(process))
    .map((arrival) => waitOf(arrival, due));
  const inOrder = jobs.toSorted((a, b) => a.atMs - b.atMs);
  const { waitsMs } = optimumOf([...due.values()], { delayMs });
  const optimal = waitsMs.filter((_, rank) => isMeant(inOrder[rank].process));
  return { p95Ms: percentile(waits, 0.95), optimalP95Ms: percentile(optimal, 0.95) };
}

/** @param {readonly number[]} values */
export function meanOf(values) {
  return values.length === 0
    ? undefined
    : values.reduce((total, value) => total + value, 0) / values.length;
}

/** @param {readonly number[]} times in any order; the window's end is open: 0 and 1000 lie in different seconds */
export function maxInWindow(times, windowMs = quotaWindowMs) {
  const sorted = times.toSorted((a, b) => a - b);
  let first = 0;
  let most = 0;
  for (const [last, time] of sorted.entries()) {
    while (sorted[first] <= time - windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/**
 * The nearest rank: always one of the values.
 *
 * @param {readonly number[]} values in any order
 * @param {number} share between 0 and 1
 * @returns {number | undefined} `undefined` if there are none
 */
export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * Jain's index: 1 if all got the same, 1/n if one got everything.
 *
 * @param {readonly number[]} shares
 */
export function jainIndex(shares) {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? undefined : (sum * sum) / (shares.length * squares);
}

/** At the end all processes have got everything; half-way it shows who had to wait. */
function jainAtHalfTime(accepted, processes) {
  if (processes < 2) return undefined;
  const halfMs = latest(accepted) / 2;
  const shares = Array.from({ length: processes }, () => 0);
  for (const { atMs, process } of accepted) {
    if (atMs <= halfMs) shares[process] += 1;
  }
  return jainIndex(shares);
}

function waitOf(arrival, due) {
  return arrival.atMs - (due.get(arrival.id) ?? 0);
}

function latest(arrivals) {
  return arrivals.reduce((last, arrival) => Math.max(last, arrival.atMs), 0);
}
