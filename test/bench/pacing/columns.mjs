// The columns of the tables: what a row shows, and what the optimum would.
import { engines } from './engines/index.mjs';
import { meanOf, percentile } from './metrics.mjs';
import { spreadOf } from './spread.mjs';
import { percent, totalsOf, worseThan } from './targets.mjs';
import { lateTenants } from './workloads.mjs';

const nothing = '–';

/** @typedef {ReturnType<import('./optimum.mjs').optimumOf>} Optimum */

/**
 * @typedef {object} Column
 * @property {string} title
 * @property {string} [align]
 * @property {(row: import('./rows.mjs').Row) => string} cell
 * @property {(optima: readonly Optimum[], both: readonly { unjittered: Optimum, own: Optimum }[]) => string} [optimum]
 *   one for each seed, and both to compare it with
 */

/**
 * @param {import('./workloads.mjs').WorkloadName} workload
 * @param {readonly import('./rows.mjs').Row[]} rows
 * @param {boolean} hasSeveralSeeds
 * @returns {Column[]}
 */
export function columnsOf(workload, rows, hasSeveralSeeds) {
  const columns = {
    engine: { title: 'engine', align: '---', cell: titleOf },
    processes: { title: 'processes', cell: ({ processes }) => String(processes) },
    refused: { title: 'refused', cell: ({ results }) => refusedCell(totalsOf(results)) },
    rang: { title: 'rang', cell: ({ results }) => rangCell(totalsOf(results)) },
    maxInWindow: figure(
      'max in 1 s',
      ({ metrics }) => metrics.maxInWindow,
      (count) => String(Math.round(count * 10) / 10),
    ),
    lastArrival: { title: 'last arrival', cell: lastArrivalCell, optimum: lastOptimum },
    efficiency: {
      ...figure('efficiency', ({ metrics }) => metrics.efficiency, percent, 'low'),
      optimum: (optima, both) => percent(shareOf(both[0].unjittered, optima[0])),
    },
    ownEfficiency: {
      ...figure("of the profile's own", ({ metrics }) => metrics.ownEfficiency, percent, 'low'),
      optimum: (optima, both) => percent(shareOf(both[0].own, optima[0])),
    },
    behind: {
      ...figure('mean behind the optimum', ({ metrics }) => metrics.behindMs, inSeconds),
      optimum: (optima, both) => inSeconds(behind(optima[0], both[0].unjittered)),
    },
    waits: {
      title: 'wait p50 / p95 / max',
      cell: ({ results }) =>
        ['p50', 'p95', 'max']
          .map((each) => worst(results, ({ metrics }) => metrics.waitMs[each], inSeconds))
          .join(' / '),
      optimum: (optima) =>
        [0.5, 0.95, 1]
          .map((share) => Math.max(...optima.map(({ waitsMs }) => percentile(waitsMs, share) ?? 0)))
          .map(inSeconds)
          .join(' / '),
    },
    tenantWaits: {
      title: `median wait of ${lateTenants.join(' / ')}`,
      cell: ({ results }) =>
        lateTenants
          .map((each) => worst(results, ({ metrics }) => metrics.tenantWaitMs[each], inSeconds))
          .join(' / '),
    },
    newWait: figure('p95 wait of the new', ({ newcomers }) => newcomers?.p95Ms, inSeconds),
    newOptimum: figure('of the optimum', ({ newcomers }) => newcomers?.optimalP95Ms, inSeconds),
    jain: figure(
      'Jain index',
      ({ metrics }) => metrics.jain,
      (jain) => jain.toFixed(2),
      'low',
    ),
    wasted: figure('wasted slots', ({ wastedShare }) => wastedShare, percent),
    roundTrips: figure(
      'round trips per call',
      ({ roundTrips }) => roundTrips,
      (count) => count.toFixed(2),
    ),
    worse: {
      title: 'worse than nestjs-zim-call in',
      align: '---',
      cell: (row) => worseCell(row, rows),
    },
  };
  const shared = ['engine', 'processes', 'refused', 'rang', 'maxInWindow'];
  const speed = ['lastArrival', 'efficiency', 'ownEfficiency', 'behind', 'waits'];
  const names = {
    burst: [...shared, ...speed, 'jain', 'wasted', 'roundTrips', 'worse'],
    skew: [...shared, ...speed, 'tenantWaits', 'jain', 'wasted', 'roundTrips', 'worse'],
    poisson: [...shared, ...speed, 'wasted', 'roundTrips', 'worse'],
    cold: [...shared, 'newWait', 'newOptimum'],
  };
  return names[workload].map((name) => columns[name]);

  function figure(title, pick, format, bad = 'high') {
    return {
      title: hasSeveralSeeds ? `${title}, worst / mean` : title,
      cell: ({ results }) => {
        const spread = spreadOf(results, pick, bad);
        if (spread === undefined) return nothing;
        if (results.length === 1) return format(spread.worst);
        return `${format(spread.worst)} / ${format(spread.mean)}`;
      },
    };
  }
}

/** @param {import('./rows.mjs').Plan} plan */
export function titleOf({ engine, busy }) {
  const { title } = engines[engine];
  return busy > 0 ? `${title}, ${busy} cores kept busy` : title;
}

function refusedCell({ refused, sent }) {
  return refused === 0 ? '0' : `${refused} (${percent(refused / sent)})`;
}

function rangCell({ rang, calls }) {
  return rang === calls ? 'all' : `${rang} of ${calls}`;
}

function lastArrivalCell({ results }) {
  const unfinished = results.find(({ metrics }) => !metrics.done);
  return unfinished === undefined
    ? worst(results, ({ metrics }) => metrics.makespanMs, inSeconds)
    : `not done: ${unfinished.metrics.arrived} of ${unfinished.metrics.calls}`;
}

function lastOptimum(optima) {
  return inSeconds(Math.max(...optima.map(({ makespanMs }) => makespanMs)));
}

function shareOf(optimum, other) {
  return optimum.makespanMs / other.makespanMs;
}

function behind(optimum, other) {
  return meanOf(optimum.arrivalsMs.map((atMs, rank) => atMs - (other.arrivalsMs[rank] ?? 0))) ?? 0;
}

function worst(results, pick, format) {
  const spread = spreadOf(results, pick, 'high');
  return spread === undefined ? nothing : format(spread.worst);
}

function worseCell(row, rows) {
  if (engines[row.engine].isOurs) return nothing;
  const ours = rows.find(
    ({ engine, processes, busy }) =>
      engine === 'ours' && processes === row.processes && busy === row.busy,
  );
  const points = worseThan(row, ours);
  if (points === undefined) return nothing;
  return points.length === 0 ? 'nothing' : points.join(', ');
}

function inSeconds(ms) {
  return Math.abs(ms) < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}
