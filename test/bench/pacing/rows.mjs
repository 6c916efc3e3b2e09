import { alternatives, engines, ourEngines } from './engines/index.mjs';
import { perform } from './measure.mjs';
import { measure } from './metrics.mjs';
import { createWorkload, workloadNames } from './workloads.mjs';

/**
 * @typedef {object} Plan
 * @property {string} engine
 * @property {number} processes
 * @property {import('./workloads.mjs').WorkloadName} workload
 */

/**
 * @typedef {object} Row a plan and what came of it
 * @property {string} engine
 * @property {number} processes
 * @property {import('./workloads.mjs').WorkloadName} workload
 * @property {string} [failure] why there is nothing else
 * @property {import('./metrics.mjs').Metrics} metrics
 * @property {number[]} arrivalTimes
 * @property {string[]} strays how calls ended that nothing excuses, and how often: an alternative may be refused
 * @property {number | undefined} wastedShare slots that fired too late to be used, of all slots
 * @property {number | undefined} roundTrips scripts run in Redis for each call that was sent
 */

/**
 * @param {object} choice
 * @param {readonly ('ours' | 'alternatives' | 'chaos')[]} choice.parts
 * @param {string} [choice.engine] only this one
 * @param {string} [choice.workload] only this one
 * @param {readonly number[]} [choice.processes]
 * @returns {Plan[]}
 */
export function planRuns({ parts, engine, workload, processes }) {
  const names = [
    ...(parts.includes('ours') ? ourEngines : []),
    ...(parts.includes('alternatives') ? alternatives : []),
  ].filter((name) => engine === undefined || name === engine);
  const workloads = workloadNames.filter((name) => workload === undefined || name === workload);
  return workloads.flatMap((each) =>
    names.flatMap((name) =>
      processCounts(name, processes).map((count) => ({
        engine: name,
        processes: count,
        workload: each,
      })),
    ),
  );
}

function processCounts(engine, wanted) {
  if (engine === 'ours-memory') return [1];
  return wanted ?? (engines[engine].isOurs ? [1, 2, 4, 8] : [4]);
}

/**
 * @param {Plan} plan
 * @param {number} seed
 * @returns {Promise<Row>}
 */
export async function runPlan({ engine, processes, workload }, seed) {
  const jobs = createWorkload(workload, processes, seed);
  const { arrivals, results, figures, scriptCalls } = await perform({ engine, processes, jobs });
  const { isOurs, isShared } = engines[engine];
  return {
    engine,
    processes,
    workload,
    metrics: measure(jobs, arrivals, processes),
    arrivalTimes: arrivals.map((arrival) => arrival.atMs),
    strays: countStrays(jobs.length, results, isOurs),
    wastedShare: isOurs ? wastedShareOf(figures, arrivals.length) : undefined,
    roundTrips: isShared && arrivals.length > 0 ? scriptCalls / arrivals.length : undefined,
  };
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
