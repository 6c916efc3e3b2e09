// The tables of all rows, as Markdown.
import { columnsOf } from './columns.mjs';
import { engines } from './engines/index.mjs';
import { optimaOf } from './optimum.mjs';
import { profileNames, profiles, requestDelayOf } from './profiles.mjs';
import { createWorkload, workloadNames, workloadTitles } from './workloads.mjs';

/**
 * @param {readonly import('./rows.mjs').Row[]} rows
 * @param {readonly number[]} seeds
 * @returns {string}
 */
export function workloadTables(rows, seeds) {
  return workloadNames
    .filter((name) => rows.some((row) => row.workload === name))
    .map((name) => {
      const own = rows.filter((row) => row.workload === name);
      return `### ${name}\n\n${capital(workloadTitles[name])}.\n\n${profileTables(own, name, seeds)}`;
    })
    .join('\n\n');
}

function profileTables(rows, workload, seeds) {
  return profileNames
    .filter((name) => rows.some((row) => row.profile === name))
    .map((name) => {
      const own = rows.filter((row) => row.profile === name);
      return `#### ${workload}, ${name}\n\n${capital(profiles[name].title)}.\n\n${table(own, workload, name, seeds)}`;
    })
    .join('\n\n');
}

function table(rows, workload, profile, seeds) {
  const columns = columnsOf(workload, rows, seeds.length > 1);
  const lines = [
    columns.map((column) => column.title),
    columns.map((column) => column.align ?? '---:'),
    ...(workload === 'cold' ? [] : optimumLines(columns, rows, profile, seeds)),
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

/** The optima depend on the workload alone; of random arrivals nothing else differs between process counts. */
function optimumLines(columns, rows, profile, seeds) {
  const [{ processes, workload }] = rows;
  const optima = seeds.map((seed) => {
    const dueMs = createWorkload(workload, processes, seed).map((job) => job.atMs);
    return optimaOf(dueMs, requestDelayOf(profile));
  });
  const line = (title, kind) => {
    const own = optima.map((both) => both[kind]);
    return [title, ...columns.slice(1).map((column) => column.optimum?.(own, optima) ?? '–')];
  };
  const isJittered = requestDelayOf(profile).jitterMs > 0;
  return [
    line('_optimum_', 'unjittered'),
    ...(isJittered ? [line("_profile's own optimum_", 'own')] : []),
  ];
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
