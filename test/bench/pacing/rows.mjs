import { cpus } from 'node:os';
import { alternatives, engines, ourEngines } from './engines/index.mjs';
import { perform } from './measure.mjs';
import { measure, waitOfProcesses } from './metrics.mjs';
import { requestDelayOf } from './profiles.mjs';
import { coldStart, createWorkload, workloadNames } from './workloads.mjs';

/**
 * @typedef {object} Plan
 * @property {string} engine
 * @property {number} processes
 * @property {import('./workloads.mjs').WorkloadName} workload
 * @property {import('./profiles.mjs').ProfileName} profile
 * @property {number} busy how many other processes keep the cores busy
 */

/**
 * @typedef {object} Result what came of a plan with one seed
 * @property {number} seed
 * @property {import('./metrics.mjs').Metrics} metrics
 * @property {number[]} arrivalTimes
 * @property {string[]} strays how calls ended that nothing excuses, and how often: an alternative may be refused
 * @property {number | undefined} wastedShare slots that fired too late to be used, of all slots
 * @property {number | undefined} roundTrips scripts run in Redis for each call that was sent
 * @property {{ p95Ms: number | undefined, optimalP95Ms: number | undefined } | undefined} newcomers waits of the calls
 *   of processes that started under load
 * @property {number} networkLateMs
 */

/** @typedef {Plan & { results: Result[], failure?: string }} Row a plan and its results, or why there are none */

/**
 * @param {object} choice
 * @param {readonly ('ours' | 'alternatives' | 'chaos')[]} choice.parts
 * @param {readonly import('./profiles.mjs').ProfileName[]} choice.profiles
 * @param {string} [choice.engine] only this one
 * @param {string} [choice.workload] only this one
 * @param {readonly number[]} [choice.processes]
 * @param {number} [choice.busy] in all runs; otherwise only a row of its own has busy cores
 * @returns {Plan[]}
 */
export function planRuns({ parts, profiles, engine, workload, processes, busy }) {
  const names = [
    ...(parts.includes('ours') ? ourEngines : []),
    ...(parts.includes('alternatives') ? alternatives : []),
  ].filter((name) => engine === undefined || name === engine);
  const workloads = workloadNames.filter((name) => workload === undefined || name === workload);
  const hasBusyRow = busy === undefined && processes === undefined;
  const isWhole = profiles.length > 1 && workload === undefined && processes === undefined;
  return profiles.flatMap((profile) =>
    workloads.flatMap((each) =>
      names.flatMap((name) => {
        const plan = { engine: name, workload: each, profile };
        const plans = processCounts(name, each, processes).map((count) => ({
          ...plan,
          processes: count,
          busy: busy ?? 0,
        }));
        const isTwice = hasBusyRow && each === 'burst' && isOursShared(name);
        if (isTwice) return [...plans, { ...plan, processes: 8, busy: cpus().length }];
        return isWhole ? plans.filter(isWorthwhile) : plans;
      }),
    ),
  );
}

/** The whole benchmark takes an hour: over networks, only the burst is measured with everything. */
function isWorthwhile({ engine, workload, profile, processes }) {
  if (profile === 'loopback' || workload === 'burst') return true;
  return isOursShared(engine) && (processes === 4 || workload === 'cold');
}

function processCounts(engine, workload, wanted) {
  if (workload === 'cold') return engine === 'ours-memory' ? [] : [coldStart.processes];
  if (engine === 'ours-memory') return [1];
  return wanted ?? (engines[engine].isOurs ? [1, 2, 4, 8] : [4]);
}

function isOursShared(engine) {
  return engines[engine].isOurs && engines[engine].isShared;
}

/**
 * @param {Plan} plan
 * @param {number} seed
 * @returns {Promise<Result>}
 */
export async function runPlan({ engine, processes, workload, profile, busy }, seed) {
  const isCold = workload === 'cold';
  const planned = createWorkload(workload, processes, seed);
  const newcomers = isCold ? coldStart.newcomers : 0;
  const run = { engine, processes, jobs: planned, profile, seed, busy, newcomers };
  const outcome = await perform(run);
  const { arrivals, results, figures, scriptCalls, networkLateMs } = outcome;
  const isNewcomer = (process) => process >= processes - newcomers;
  const jobs = isCold ? asSubmitted(planned, results, isNewcomer) : planned;
  const network = requestDelayOf(profile);
  const { isOurs, isShared } = engines[engine];
  return {
    seed,
    metrics: measure(jobs, arrivals, processes, network),
    arrivalTimes: arrivals.map((arrival) => arrival.atMs),
    strays: countStrays(jobs.length, results, isOurs),
    wastedShare: isOurs ? wastedShareOf(figures, arrivals.length) : undefined,
    roundTrips: isShared && arrivals.length > 0 ? scriptCalls / arrivals.length : undefined,
    newcomers: isCold ? waitOfProcesses(jobs, arrivals, isNewcomer, network) : undefined,
    networkLateMs,
  };
}

/** When a process that starts under load makes its calls is known only afterwards. */
function asSubmitted(jobs, results, isNewcomer) {
  const submitted = new Map(results.map(({ id, submittedAtMs }) => [id, submittedAtMs]));
  return jobs.map((job) =>
    isNewcomer(job.process) ? { ...job, atMs: submitted.get(job.id) ?? job.atMs } : job,
  );
}

function countStrays(calls, results, isOurs) {
  const counts = new Map();
  for (const { outcome, kind, vendorCode } of results) {
    if (outcome === 'done' || (outcome === 'refused' && !isOurs)) continue;
    const text = [outcome, kind, vendorCode].filter(Boolean).join(', ');
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  if (results.length < calls) counts.set('without a result in time', calls - results.length);
  return [...counts].map(([text, count]) => `${count}× ${text}`);
}

function wastedShareOf(figures, sent) {
  const forfeited = figures.reduce((total, each) => total + each.forfeited, 0);
  return forfeited === 0 ? 0 : forfeited / (sent + forfeited);
}
