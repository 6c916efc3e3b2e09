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
  { title: 'CPU ratio', cell: ({ cpuRatio }) => cpuRatio.toFixed(2) },
  { title: 'p50', cell: ({ p50Ms }) => `${p50Ms.toFixed(2)} ms` },
  { title: 'p99', cell: ({ p99Ms }) => `${p99Ms.toFixed(2)} ms` },
  { title: 'calls per second', cell: ({ perSecond }) => perSecond.toFixed(0) },
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
  return `# CPU per call

This page is written by \`npm run bench:client -- --write\`. One CallInvite is made in four ways against one server on
loopback. Each way runs in its own process, the server in another. All send the same body with a new signature for each
call, keep their connections alive, parse the reply as JSON and check its \`Code\`. \`nestjs-zim-call\` also validates the
input, waits for a permit of a quota that is never used up, keeps a deadline for the whole call, and decodes the reply.

${rounds} rounds of ${calls} calls for each way and concurrency, after a warm-up. The ways run in turn, and each round
begins with another one. All figures are medians over the rounds; ratios are computed within a round.

${machine} · ${new Date().toISOString().slice(0, 10)}

${table}

- _CPU per call_: user and system time of the calling process.
- _CPU ratio_: CPU per call of \`nestjs-zim-call\`, divided by that of this way. Below 1, \`nestjs-zim-call\` uses less.
- _p50_, _p99_: time from the call to its result, at this concurrency.

## Targets

${targets.map(({ isMet, text }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`).join('\n')}

\`Pool\` of undici is a lower bound for comparison, without a target.
`;
}
