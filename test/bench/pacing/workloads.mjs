// What the backend is asked to do. Every engine of a run gets the very same arrivals.
import { seededRandom } from './random.mjs';

/**
 * @typedef {object} Job one call that a backend is asked to make
 * @property {number} atMs when, after the start
 * @property {number} process which process of the backend is asked
 * @property {string} tenant on whose behalf
 * @property {string} id
 */

/** @typedef {'burst' | 'skew' | 'poisson' | 'cold'} WorkloadName */

/** @type {readonly WorkloadName[]} */
export const workloadNames = ['burst', 'skew', 'poisson', 'cold'];

/** Ends inside a window: one lost slot costs about its share, not a whole second. */
export const burstCalls = 250;

/** Processes that start while others are at work: the last ones of all. */
export const coldStart = { processes: 8, newcomers: 4, callsEach: 5, atMs: 2_500 };

/** @type {Readonly<Record<WorkloadName, string>>} */
export const workloadTitles = {
  burst: `${burstCalls} calls at once, spread evenly over the processes`,
  skew: 'tenant A makes 180 calls at once; B, C and D make 20 each, one second later',
  poisson: 'random arrivals, 18 per second for 15 seconds: nine tenths of the quota',
  cold: 'four processes make 18 calls per second; four new ones start and make 5 calls each at once, without warming up',
};

/** The tenants of `skew` that come second, and must not wait for the first. */
export const lateTenants = ['B', 'C', 'D'];

/**
 * @param {WorkloadName} name
 * @param {number} processes
 * @param {number} seed
 * @returns {Job[]} in order of time
 */
export function createWorkload(name, processes, seed) {
  switch (name) {
    case 'burst':
      return evenly('A', burstCalls, 0, processes);
    case 'skew':
      return [
        ...evenly('A', 180, 0, processes),
        ...lateTenants.flatMap((tenant) => evenly(tenant, 20, 1_000, processes)),
      ];
    case 'poisson':
      return poisson(18, 15_000, processes, seed);
    case 'cold':
      return cold(coldStart);
  }
}

/**
 * Calls at even distances, the processes taking turns.
 *
 * @param {{ perSecond: number, forMs: number, fromMs?: number, processes: number, tenant?: string }} pace
 * @returns {Job[]}
 */
export function steadily({ perSecond, forMs, fromMs = 0, processes, tenant = 'A' }) {
  const count = Math.round((perSecond * forMs) / 1_000);
  return evenly(tenant, count, fromMs, processes).map((job, index) => ({
    ...job,
    atMs: fromMs + (index * 1_000) / perSecond,
  }));
}

/** @returns {Job[]} */
function evenly(tenant, count, atMs, processes) {
  return Array.from({ length: count }, (_, index) => ({
    atMs,
    process: index % processes,
    tenant,
    id: `${tenant}-${atMs}-${index}`,
  }));
}

/** The calls of new processes are due when they have started: {@link coldStart.atMs} or later. */
function cold({ processes, newcomers, callsEach, atMs }) {
  const residents = processes - newcomers;
  const steady = steadily({ perSecond: 18, forMs: 12_000, processes: residents });
  const first = evenly('N', newcomers * callsEach, atMs, newcomers).map((job) => ({
    ...job,
    process: residents + job.process,
  }));
  return [...steady, ...first].sort((a, b) => a.atMs - b.atMs);
}

/** @returns {Job[]} */
function poisson(perSecond, forMs, processes, seed) {
  const random = seededRandom(seed);
  const jobs = [];
  let atMs = 0;
  for (;;) {
    atMs -= (Math.log(1 - random()) * 1_000) / perSecond;
    if (atMs >= forMs) return jobs;
    jobs.push({
      atMs,
      process: Math.floor(random() * processes),
      tenant: 'A',
      id: `P-${jobs.length}`,
    });
  }
}
