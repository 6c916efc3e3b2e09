// The tables, as Markdown.
import { engines } from './engines/index.mjs';
import { percentile } from './metrics.mjs';
import { optimumOf } from './optimum.mjs';
import { percent, worseThan } from './targets.mjs';
import { createWorkload, lateTenants, workloadNames, workloadTitles } from './workloads.mjs';

const nothing = '–';

/**
 * @param {readonly import('./rows.mjs').Row[]} rows
 * @param {number} seed
 * @returns {string}
 */
export function workloadTables(rows, seed) {
  return workloadNames
    .filter((name) => rows.some((row) => row.workload === name))
    .map((name) => {
      const own = rows.filter((row) => row.workload === name);
      return `### ${name}\n\n${capital(workloadTitles[name])}.\n\n${table(own, name, seed)}`;
    })
    .join('\n\n');
}

function table(rows, workload, seed) {
  const columns = columnsOf(workload, rows);
  const lines = [
    columns.map((column) => column.title),
    columns.map((column) => column.align ?? '---:'),
    ...optimumLines(columns, workload, rows, seed),
    ...rows.map((row) =>
      row.failure === undefined
        ? columns.map((column) => column.cell(row))
        : [engines[row.engine].title, String(row.processes), `did not run: ${row.failure}`],
    ),
  ];
  return lines.map(tableLine).join('\n');
}

/** @param {readonly string[]} cells */
export function tableLine(cells) {
  return `| ${cells.join(' | ')} |`;
}

function columnsOf(workload, rows) {
  const isFairnessMeasured = workload !== 'poisson';
  return [
    { title: 'engine', align: '---', cell: ({ engine }) => engines[engine].title },
    { title: 'processes', cell: ({ processes }) => String(processes) },
    { title: 'refused', cell: ({ metrics }) => refusedCell(metrics) },
    { title: 'max in 1 s', cell: ({ metrics }) => String(metrics.maxInWindow) },
    {
      title: 'last arrival',
      cell: ({ metrics }) => lastArrivalCell(metrics),
      optimum: ({ makespanMs }) => inSeconds(makespanMs),
    },
    {
      title: 'efficiency',
      cell: ({ metrics }) => ifKnown(metrics.efficiency, percent),
      optimum: () => '100 %',
    },
    {
      title: 'wait p50 / p95 / max',
      cell: ({ metrics: { waitMs } }) => waits([waitMs.p50, waitMs.p95, waitMs.max]),
      optimum: ({ waitsMs }) => waits([0.5, 0.95, 1].map((share) => percentile(waitsMs, share))),
    },
    ...(workload === 'skew'
      ? [
          {
            title: `median wait of ${lateTenants.join(' / ')}`,
            cell: ({ metrics }) => waits(lateTenants.map((tenant) => metrics.tenantWaitMs[tenant])),
          },
        ]
      : []),
    ...(isFairnessMeasured
      ? [
          {
            title: 'Jain index',
            cell: ({ metrics }) => ifKnown(metrics.jain, (jain) => jain.toFixed(2)),
          },
        ]
      : []),
    { title: 'wasted slots', cell: ({ wastedShare }) => ifKnown(wastedShare, percent) },
    {
      title: 'round trips per call',
      cell: ({ roundTrips }) => ifKnown(roundTrips, (count) => count.toFixed(2)),
    },
    { title: 'worse than nestjs-zim-call in', align: '---', cell: (row) => worseCell(row, rows) },
  ];
}

/** The optimum depends on the workload alone, but for random arrivals nothing else differs between process counts. */
function optimumLines(columns, workload, rows, seed) {
  const [{ processes }] = rows;
  const jobs = createWorkload(workload, processes, seed);
  const optimum = optimumOf(jobs.map((job) => job.atMs));
  const cells = columns.map((column) => column.optimum?.(optimum) ?? nothing);
  return [['_optimum_', ...cells.slice(1)]];
}

function refusedCell({ refused, sent }) {
  return refused === 0 ? '0' : `${refused} (${percent(refused / sent)})`;
}

function lastArrivalCell({ done, arrived, calls, makespanMs }) {
  return done ? inSeconds(makespanMs) : `not done: ${arrived} of ${calls}`;
}

function worseCell(row, rows) {
  if (engines[row.engine].isOurs) return nothing;
  const ours = rows.find((each) => each.engine === 'ours' && each.processes === row.processes);
  const points = worseThan(row, ours);
  if (points === undefined) return nothing;
  return points.length === 0 ? 'nothing' : points.join(', ');
}

function waits(values) {
  return values.map((value) => ifKnown(value, inSeconds)).join(' / ');
}

function inSeconds(ms) {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(2)} s`;
}

function ifKnown(value, format) {
  return value === undefined ? nothing : format(value);
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
