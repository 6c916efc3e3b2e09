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
  const page = `${folder}rateLimit.md`;
  const options = (await resolveConfig(page)) ?? {};
  await writeFile(page, await format(pageOf(findings, chart), { ...options, parser: 'markdown' }));
  if (chart === undefined) return [page];
  await writeFile(`${folder}rateLimit.svg`, chart);
  return [page, `${folder}rateLimit.svg`];
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
  return `# Twenty a second, measured

ZIM allows an AppID 20 invites a second, over all instances of a backend. This page is written by
\`npm run bench:pacing -- --write\`: real processes share a real Redis and send to a server that judges each arrival.
It accepts a call if fewer than 20 accepted ones lie in the second before, wherever that second begins, and otherwise
answers as ZIM does, with code 660300005. The alternatives do not repeat what was refused. All engines get the same
calls, and every run has new processes, each of which makes two calls a little more than a second before the start. The
random arrivals are those of the seed with the median of the optimum's p95 wait among seeds 1 to 41.

${chart === undefined ? '' : '![Arrivals in any one second](rateLimit.svg)\n'}
${machine} · ${today} · seed ${seed}

## What the columns say

- _last arrival_: when the last request arrived, counted from the first call that was asked for; calls that did not
  arrive within ${patienceMs / 1_000} s of the last being due are told as not done.
- _efficiency_: the time that the optimum needs for the calls that got through, divided by the time they took. The
  optimum takes each slot at the earliest moment the quota allows; no schedule ends earlier.
- _wait_: of accepted calls, from the moment the backend was asked to the arrival.
- _Jain index_: how evenly the processes had got their calls through at half-time; 1 is even, 1/n is one process alone.
- _wasted slots_: taken, but not used because the process woke too late to use them.
- _round trips per call_: scripts that Redis ran, divided by requests sent.
- _worse than ours in_: beside ours with as many processes and the same calls.

## Workloads

${tables === '' ? 'Not measured.' : tables}

## When something goes wrong

Ours, four processes, 26 calls a second for nine seconds with ${deadlineMs / 1_000} s to live each, then a pause, then 20 more within a second.

${chaos === '' ? 'Not measured.' : chaos}

## Targets

No refusal; at most 20 in any second; efficiency of the burst at least ${percent(targets.efficiency)}; Jain index at least
${targets.jain}; p95 wait of random arrivals at most ${targets.poissonWaitRatio} times the optimum's; tenants that come second wait at
most ${targets.lateTenantWaitMs / 1_000} s in the median; at most ${percent(targets.wastedShare)} of the slots wasted; ${targets.roundTrips.least.toFixed(1)} to ${targets.roundTrips.most} round
trips for each call.

${verdictOf(misses, rows)}
`;
}

function verdictOf(misses, rows) {
  if (misses.length > 0) return `Missed:\n\n${misses.map((miss) => `- ${miss}`).join('\n')}`;
  const isMeasured = rows.some(({ engine }) => engines[engine].isOurs);
  return isMeasured ? 'All were met.' : 'Ours was not measured.';
}
