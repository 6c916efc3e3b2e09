// The first table of the page: what a reader who has a minute needs to know.
import { engines } from './engines/index.mjs';
import { profileNames } from './profiles.mjs';
import { spreadOf } from './spread.mjs';
import { percent, totalsOf } from './targets.mjs';

/** The alternatives are measured with as many. */
export const comparedProcesses = 4;

/** @param {readonly import('./rows.mjs').Row[]} rows */
export function summaryTable(rows) {
  const measured = rows.filter(
    ({ workload, processes, busy, failure }) =>
      workload === 'burst' &&
      processes === comparedProcesses &&
      busy === 0 &&
      failure === undefined,
  );
  const lines = profileNames.map((profile) => {
    const own = measured.filter((row) => row.profile === profile);
    const ours = (name) => own.find(({ engine }) => engine === name);
    const best = bestAlternative(own);
    return [
      `**${profile}**`,
      cellOf(ours('ours')),
      cellOf(ours('ours-efficient')),
      best === undefined ? cellOf(best) : `${cellOf(best)} – ${engines[best.engine].title}`,
    ];
  });
  return [
    ['network', 'strict', 'efficient', 'best alternative'],
    ['---', '---', '---', '---'],
    ...lines,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

/**
 * The one with the fewest refusals that sent everything; among equals, the most efficient.
 *
 * @param {readonly import('./rows.mjs').Row[]} rows
 */
export function bestAlternative(rows) {
  const refused = ({ results }) => totalsOf(results).refused;
  return rows
    .filter(({ engine, results }) => !engines[engine].isOurs && results.every(isDone))
    .toSorted((a, b) => refused(a) - refused(b) || efficiencyOf(b) - efficiencyOf(a))[0];
}

function isDone({ metrics }) {
  return metrics.done;
}

function efficiencyOf({ results }) {
  return spreadOf(results, ({ metrics }) => metrics.efficiency, 'low')?.worst ?? 0;
}

function cellOf(row) {
  if (row === undefined) return 'not measured';
  const { refused, sent } = totalsOf(row.results);
  const share = refused === 0 ? 'none refused' : `${percent(refused / sent)} refused`;
  return `${percent(efficiencyOf(row))}, ${share}`;
}
