import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { tableLine } from '../pacing/report.mjs';
import { stepOf } from './plan.mjs';
import { deadlineMs, requestTimeoutMs } from './settings.mjs';
import { troubles } from './trouble.mjs';
import { ways } from './ways/index.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));

/** Only ours can say that it does not know. */
const ifOurs = ({ name }, text) => (name === 'ours' ? text : '–');

const columns = [
  { title: 'way', align: '---', cell: ({ name }) => ways[name].title },
  { title: 'rang twice or more', cell: ({ counts }) => `${counts.twice}` },
  { title: '"failed", but rang', cell: ({ counts }) => `${counts.deniedButRang}` },
  { title: '"done", but did not ring', cell: ({ counts }) => `${counts.doneButSilent}` },
  { title: 'done, rang once', cell: ({ counts }) => `${counts.done}` },
  { title: '"unknown", rang', cell: (row) => ifOurs(row, `${row.counts.unknownRang}`) },
  { title: '"unknown", did not ring', cell: (row) => ifOurs(row, `${row.counts.unknownSilent}`) },
  { title: 'requests', cell: ({ counts }) => `${counts.requests}` },
  { title: 'the longest', cell: ({ counts }) => `${counts.longestMs.toFixed(0)} ms` },
];

/** @param {readonly { name: string, counts: import('./judge.mjs').Counts }[]} rows */
export function tableOf(rows) {
  return [
    columns.map(({ title }) => title),
    columns.map(({ align = '---:' }) => align),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
    .map(tableLine)
    .join('\n');
}

/** A violation with all that is needed to look into it. */
export function describeViolation({ each: { invite, result, entries }, text }) {
  const { outcome, kind, code, callId, tookMs } = result;
  const steps = [1, 2, 3, 4].map((attempt) => stepOf(invite, attempt).name);
  const ledger = entries.map(
    (entry) =>
      `${entry.attempt}: ${entry.fault ?? 'no fault'}, code ${entry.code ?? 'none'}, ${entry.executed ? `rang in call ${entry.callId}` : 'did not ring'}`,
  );
  return [
    `${invite.id} (${invite.lane}): ${text}`,
    `  plan: ${steps.join(' | ')}`,
    `  told: ${[outcome, kind, code, callId].filter((part) => part !== undefined).join(' ')} after ${tookMs?.toFixed(0)} ms`,
    `  ledger: ${ledger.join(' | ') || 'nothing'}`,
  ].join('\n');
}

/**
 * Writes the page.
 *
 * @param {{ machine: string, invites: number, seed: number, untroubled: number, table: string, targets: readonly { isMet: boolean, text: string }[] }} findings
 * @returns {Promise<string>} what was written
 */
export async function writeDocument(findings) {
  await mkdir(folder, { recursive: true });
  const page = `${folder}faults.md`;
  const options = (await resolveConfig(page)) ?? {};
  await writeFile(page, await format(pageOf(findings), { ...options, parser: 'markdown' }));
  return page;
}

const endingWith = (...outcomes) =>
  troubles
    .filter(({ ends }) => ends.join() === outcomes.join())
    .map(({ name }) => `\`${name}\``)
    .join(', ');
const unknowable = () => endingWith('unknown');
const borderline = () => endingWith('done', 'unknown');

function pageOf({ machine, invites, seed, untroubled, table, targets }) {
  return `# When everything goes wrong, measured

This page is written by \`npm run bench:faults -- --write\`. ${invites} invites go to a sandbox that does to them what
networks and servers do: ${troubles.length} kinds of trouble, from a connection that is reset after the call was made to a clock
that is an hour off; ${untroubled} invites meet none. A seed decides what each attempt of each invite meets. Afterwards,
what the client told of each invite is held against the sandbox's ledger of what it carried out. Then the same plan goes
through axios with axios-retry.

${machine} · seed ${seed} · ${new Date().toISOString().slice(0, 10)}

${table}

- _rang twice or more_: one invite, several calls on the callee's phone.
- _"failed", but rang_: for ours \`not-sent\`, \`refused\` and \`rejected\`; for axios a rejected promise.
- _"done", but did not ring_: for axios a resolved promise, as for HTTP 200 with a \`Code\` that is not 0.
- _"unknown"_: ours says that it may be ringing, and does not ask again. axios-retry has no such answer.
- _the longest_: from the call to its outcome.

Ours has ${requestTimeoutMs} ms for a request and ${deadlineMs} ms for a call, up to three requests, shorter waits between
them than usual, and a quota that makes nobody wait. axios has the same time limit, which by
axios-retry's default covers the repeats too, and axios-retry is set up as it often is: three retries after network errors
and HTTP 5xx, \`exponentialDelay\` (from 10 ms on instead of 100), each attempt signed anew.

What the sandbox never does is lie at the door: to answer a throttle (7, 660300005), an expired signature (100000004) or
a rejection although it has made the call. No client could know; that ZIM does not is an assumption
([decision 1](../decisions/0001-what-a-failure-inside-zim-means.md)).

## After these nobody can know

An \`unknown\` is true if the last attempt met one of these, \`before\` or \`after\` the call was made, with its fields as
in the [sandbox's README](../../libs/zim-sandbox/README.md#faults): ${unknowable()}. It is also true on a connection that
the server closes between two requests (\`close-idle\`), for a request may be on its way by then, and if the time limit
of a request really was over. With those on the edge of that limit (${borderline()}) either end is true. After everything
else there is one truth: a port where nobody listens is \`not-sent\`, a request stopped at the door is \`refused\`, and so on.

## Targets

${targets.map(({ isMet, text }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`).join('\n')}
`;
}
