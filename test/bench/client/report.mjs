import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { tableLine } from '../pacing/report.mjs';
import { ways } from './ways/index.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));

const columns = [
  { title: 'way', align: '---', cell: ({ way }) => ways[way].title },
  { title: 'concurrency', cell: ({ concurrency }) => String(concurrency) },
  { title: 'CPU per call', cell: ({ cpuMicros }) => `${cpuMicros.toFixed(0)} µs` },
  { title: "ours / this one's CPU", cell: ({ cpuRatio }) => cpuRatio.toFixed(2) },
  { title: 'p50', cell: ({ p50Ms }) => `${p50Ms.toFixed(2)} ms` },
  { title: 'p99', cell: ({ p99Ms }) => `${p99Ms.toFixed(2)} ms` },
  { title: 'calls a second', cell: ({ perSecond }) => perSecond.toFixed(0) },
];

/** @param {readonly import('./summary.mjs').Figures[]} figures */
export function tableOf(figures) {
  return [
    columns.map(({ title }) => title),
    columns.map(({ align = '---:' }) => align),
    ...figures.map((row) => columns.map(({ cell }) => cell(row))),
  ]
    .map(tableLine)
    .join('\n');
}

/**
 * Writes the page.
 *
 * @param {{ machine: string, rounds: number, calls: number, table: string, targets: readonly { isMet: boolean, text: string }[] }} findings
 * @returns {Promise<string>} what was written
 */
export async function writeDocument(findings) {
  await mkdir(folder, { recursive: true });
  const page = `${folder}client.md`;
  const options = (await resolveConfig(page)) ?? {};
  await writeFile(page, await format(pageOf(findings), { ...options, parser: 'markdown' }));
  return page;
}

function pageOf({ machine, rounds, calls, table, targets }) {
  return `# What a call costs, measured

This page is written by \`npm run bench:client -- --write\`. One CallInvite, made in four ways against one server on
loopback: each way in a process of its own, the server in another. All send the same body with a new signature for each
call, keep their connections, read the reply as JSON and look at its \`Code\`. Ours also checks the input, takes its
turn in a quota that never makes it wait, holds a deadline over the call, and decodes the reply.

${rounds} rounds of ${calls} calls for each way and concurrency, after warm-up. The ways take turns, and each round
begins with another one. All figures are medians over the rounds; ratios are taken within a round.

${machine} · ${new Date().toISOString().slice(0, 10)}

${table}

- _CPU per call_: user and system time of the process that calls.
- _ours / this one's CPU_: below 1, ours is the cheaper one.
- _p50_, _p99_: from the call to its result, with so many calls under way at a time.

## Targets

${targets.map(({ isMet, text }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`).join('\n')}

undici's pool shows how far there is to go; there is no target for it.
`;
}
