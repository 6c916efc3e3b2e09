// What our engine promises, and in what the others fall behind it.
import { engines } from './engines/index.mjs';
import { percentile } from './metrics.mjs';
import { optimaOf } from './optimum.mjs';
import { requestDelayOf, roundTripMs } from './profiles.mjs';
import { quotaLimit, quotaWindowMs } from './quota.mjs';
import { createWorkload, lateTenants } from './workloads.mjs';

export const targets = {
  /** Of the burst, measured by the optimum without jitter. */
  efficiency: {
    strict: { loopback: 0.97, region: 0.97, continent: 0.96, far: 0.93 },
    efficient: { loopback: 0.98, region: 0.98, continent: 0.98, far: 0.95 },
  },
  /** Enough in strict mode: to avoid refusals, it has to leave room for the jitter. */
  ownEfficiency: 0.98,
  busyEfficiency: 0.93,
  /** Of the requests of all seeds together. */
  refusedShare: { strict: 0, efficient: 0.002 },
  poissonWaitRatio: 1.1,
  lateTenantWaitMs: 2_200,
  jain: 0.95,
  wastedShare: 0.03,
  roundTrips: 1.05,
};

/**
 * @param {import('./rows.mjs').Row} row one of ours
 * @returns {string[]} each target that was missed
 */
export function missedTargets(row) {
  if (row.failure !== undefined) return [`did not run: ${row.failure}`];
  const { results } = row;
  const checks = results.map((result) => checksOf(row, result));
  const missed = checks[0].flatMap((_, index) => {
    const misses = results.flatMap(({ seed }, run) => {
      const [isMet, text] = checks[run][index];
      return isMet ? [] : [{ seed, text }];
    });
    const [first] = misses;
    if (first === undefined) return [];
    if (results.length === 1) return [first.text];
    const count = `${misses.length} of ${results.length} seeds`;
    return [`${count}, with seed ${first.seed}: ${first.text}`];
  });
  return [...missedRefusals(row), ...missed];
}

/** One refusal among a few hundred calls is no share to judge by: all seeds count together. */
function missedRefusals({ engine, results }) {
  const { refused, sent } = totalsOf(results);
  const isMet = refused <= targets.refusedShare[engines[engine].mode] * sent;
  return isMet ? [] : [`${refused} refused`];
}

/** @param {readonly import('./rows.mjs').Result[]} results */
export function totalsOf(results) {
  const total = (field) => results.reduce((sum, { metrics }) => sum + metrics[field], 0);
  return {
    refused: total('refused'),
    sent: total('sent'),
    calls: total('calls'),
    rang: total('rang'),
  };
}

function checksOf(row, result) {
  const { metrics, strays } = result;
  const isStrict = engines[row.engine].mode === 'strict';
  return [
    [metrics.rang === metrics.calls, `${metrics.calls - metrics.rang} calls did not ring in time`],
    [strays.length === 0, `failed calls: ${strays.join('; ')}`],
    [!isStrict || metrics.maxInWindow <= quotaLimit, `${metrics.maxInWindow} in one second`],
    ...(row.busy > 0 ? busyChecks(row, result) : workloadChecks[row.workload](row, result)),
  ];
}

function busyChecks({ workload }, { metrics: { efficiency = 0 } }) {
  return workload === 'burst'
    ? [[efficiency >= targets.busyEfficiency, `efficiency ${percent(efficiency)}`]]
    : [];
}

const workloadChecks = {
  burst: (row, result) => [efficiencyCheck(row, result), ...commonChecks(row, result)],
  skew: (row, result) => [
    ...lateTenants.map((tenant) => {
      const waitMs = result.metrics.tenantWaitMs[tenant] ?? Infinity;
      return [
        waitMs <= lateTenantWaitMs(row.profile),
        `tenant ${tenant} waited ${waitMs.toFixed(0)} ms in the median`,
      ];
    }),
    ...commonChecks(row, result),
  ],
  poisson: (row, result) => [poissonCheck(row, result), ...costChecks(row, result)],
  cold: () => [],
};

function efficiencyCheck({ engine, profile }, { metrics: { efficiency = 0, ownEfficiency = 0 } }) {
  const { mode } = engines[engine];
  const isMet =
    efficiency >= targets.efficiency[mode][profile] ||
    (mode === 'strict' && ownEfficiency >= targets.ownEfficiency);
  return [
    isMet,
    `efficiency ${percent(efficiency)}, ${percent(ownEfficiency)} of the profile's own optimum`,
  ];
}

/** Two windows, as wide as the network's jitter makes them, and the way. */
function lateTenantWaitMs(profile) {
  const { delayMs, jitterMs } = requestDelayOf(profile);
  return targets.lateTenantWaitMs * (1 + jitterMs / quotaWindowMs) + delayMs;
}

function poissonCheck({ engine, profile, processes }, { seed, metrics }) {
  const dueMs = createWorkload('poisson', processes, seed).map((job) => job.atMs);
  const { delayMs, jitterMs } = requestDelayOf(profile);
  const { unjittered, own } = optimaOf(dueMs, { delayMs: 0, jitterMs });
  const optimum = engines[engine].mode === 'strict' ? own : unjittered;
  const optimalMs = percentile(optimum.waitsMs, 0.95) ?? 0;
  const waitMs = metrics.waitMs.p95 ?? Infinity;
  return [
    waitMs <= targets.poissonWaitRatio * optimalMs + roundTripMs(profile),
    `p95 wait ${waitMs.toFixed(0)} ms, the optimum's is ${(optimalMs + delayMs).toFixed(0)} ms`,
  ];
}

function commonChecks(row, result) {
  const { jain = 1 } = result.metrics;
  return [[jain >= targets.jain, `Jain index ${jain.toFixed(2)}`], ...costChecks(row, result)];
}

function costChecks({ engine }, { wastedShare = 0, roundTrips = 0 }) {
  return [
    [wastedShare <= targets.wastedShare, `${percent(wastedShare)} of the slots wasted`],
    // 5 of 1000 above come from rounding to the two digits that are promised.
    [
      !engines[engine].isShared || roundTrips < targets.roundTrips + 0.005,
      `${roundTrips.toFixed(2)} round trips for each call`,
    ],
  ];
}

/**
 * In what an alternative does worse than ours did with the same calls and as many processes.
 *
 * @param {import('./rows.mjs').Row} row
 * @param {import('./rows.mjs').Row | undefined} ours
 * @returns {string[] | undefined} `undefined` if there is nothing to compare it with
 */
export function worseThan(row, ours) {
  const [result] = row.results;
  const same = ours?.results.find(({ seed }) => seed === result.seed);
  if (same === undefined) return undefined;
  const [its, best] = [result.metrics, same.metrics];
  const longestWait = (metrics) =>
    Math.max(...lateTenants.map((tenant) => metrics.tenantWaitMs[tenant] ?? 0));
  // Differences within what two runs of the same engine differ by say nothing.
  const isUnfair =
    (its.jain ?? 1) < (best.jain ?? 1) - 0.02 || longestWait(its) > 1.1 * longestWait(best);
  const points = {
    refusals: its.refused > best.refused,
    'not done': !its.done,
    efficiency: (its.efficiency ?? 0) < (best.efficiency ?? 0) - 0.005,
    fairness: ['burst', 'skew'].includes(row.workload) && isUnfair,
    'p95 wait': (its.waitMs.p95 ?? Infinity) > 1.1 * (best.waitMs.p95 ?? 0),
  };
  return Object.keys(points).filter((point) => points[point]);
}

/** @param {number} share */
export function percent(share) {
  return `${(100 * share).toFixed(1)} %`;
}
