import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { drawChart } from './chart.mjs';
import { deadlineMs } from './chaos.mjs';
import { engines } from './engines/index.mjs';
import { patienceMs } from './measure.mjs';
import { percent, targets } from './targets.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));
const chartEngines = ['ours', 'rate-limiter-flexible', 'bullmq', 'gcra-burst20'];

/**
 * Writes the page and its picture.
 *
 * @param {{ machine: string, seed: number, tables: string, chaos: string, misses: readonly string[], rows: readonly import('./rows.mjs').Row[] }} findings
 * @returns {Promise<string[]>} what was written
 */
export async function writeDocument(findings) {
  await mkdir(folder, { recursive: true });
  const chart = chartOf(findings.rows);
  const page = `${folder}pacing.md`;
  const options = (await resolveConfig(page)) ?? {};
  await writeFile(page, await format(pageOf(findings, chart), { ...options, parser: 'markdown' }));
  if (chart === undefined) return [page];
  await writeFile(`${folder}pacing.svg`, chart);
  return [page, `${folder}pacing.svg`];
}

function chartOf(rows) {
  const lines = chartEngines.flatMap((engine) => {
    const row = rows.find(
      (each) => each.engine === engine && each.workload === 'burst' && each.processes === 4,
    );
    return row === undefined || row.failure !== undefined ? [] : [row];
  });
  return lines.length === 0 ? undefined : drawChart(lines);
}

function pageOf({ machine, seed, tables, chaos, misses, rows }, chart) {
  const today = new Date().toISOString().slice(0, 10);
  return `# Rate limiting, measured

ZIM allows an AppID 20 invites per second, over all instances of a backend. This page is written by
\`npm run bench:pacing -- --write\`: real processes share a real Redis and send to a server that checks each request on
arrival. It accepts a request if it has accepted fewer than 20 in the second before, and otherwise answers as ZIM does,
with code 660300005. The alternatives do not repeat refused calls. All engines get the same calls, and every run has new
processes, each of which makes two calls a little more than a second before the start. The random arrivals come from the
seed whose p95 wait under the optimum is the median among seeds 1 to 41.

${chart === undefined ? '' : '![Arrivals in any one second](pacing.svg)\n'}
${machine} · ${today} · seed ${seed}

## Columns

- _last arrival_: when the last request arrived, counted from the first call; "not done" if requests had still not
  arrived ${patienceMs / 1_000} s after the last call was due.
- _efficiency_: the time that the optimum needs for the accepted calls, divided by the time they took. The
  optimum uses each slot at the earliest moment the quota allows; no schedule ends earlier.
- _wait_: of accepted calls, from the moment the backend was called to the arrival.
- _Jain index_: how evenly the accepted calls were spread over the processes at half-time; 1 is even, 1/n means that one
  process made all of them.
- _wasted slots_: slots that were taken but not used, because the process woke up too late.
- _round trips per call_: scripts that Redis ran, divided by requests sent.
- _worse than nestjs-zim-call in_: compared with \`nestjs-zim-call\` with as many processes and the same calls.

## Workloads

${tables === '' ? 'Not measured.' : tables}

## Incidents

\`nestjs-zim-call\` with four processes: 26 calls per second for nine seconds, each with a deadline of ${deadlineMs / 1_000} s, then a pause,
then 20 more calls within a second.

${chaos === '' ? 'Not measured.' : chaos}

## Targets

No refusal; at most 20 in any second; efficiency of the burst at least ${percent(targets.efficiency)}; Jain index at least
${targets.jain}; p95 wait of random arrivals at most ${targets.poissonWaitRatio} times the optimum's; median wait of the tenants that come
second at most ${targets.lateTenantWaitMs / 1_000} s; at most ${percent(targets.wastedShare)} of the slots wasted; ${targets.roundTrips.least.toFixed(1)} to ${targets.roundTrips.most} round trips per call.

${verdictOf(misses, rows)}
`;
}

function verdictOf(misses, rows) {
  if (misses.length > 0) return `Missed:\n\n${misses.map((miss) => `- ${miss}`).join('\n')}`;
  const isMeasured = rows.some(({ engine }) => engines[engine].isOurs);
  return isMeasured ? 'All were met.' : 'nestjs-zim-call was not measured.';
}
