import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { tableLine } from '../pacing/report.mjs';
import { stepOf } from './plan.mjs';
import { deadlineMs, requestTimeoutMs } from './settings.mjs';
import { troubles } from './trouble.mjs';
import { ways } from './ways/index.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));

/** Only nestjs-zim-call reports that an outcome is unknown. */
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
  { title: 'longest call', cell: ({ counts }) => `${counts.longestMs.toFixed(0)} ms` },
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
  const journal = entries.map(
    (entry) =>
      `${entry.attempt}: ${entry.fault ?? 'no fault'}, code ${entry.code ?? 'none'}, ${entry.executed ? `rang in call ${entry.callId}` : 'did not ring'}`,
  );
  return [
    `${invite.id} (${invite.lane}): ${text}`,
    `  plan: ${steps.join(' | ')}`,
    `  reported: ${[outcome, kind, code, callId].filter((part) => part !== undefined).join(' ')} after ${tookMs?.toFixed(0)} ms`,
    `  journal: ${journal.join(' | ') || 'nothing'}`,
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
  return `# Invites through every fault

This page is written by \`npm run bench:faults -- --write\`. ${invites} invites go to a sandbox that injects the faults of
networks and servers: ${troubles.length} kinds, from a connection that is reset after the call was made to a clock that is an hour
off; ${untroubled} invites meet none. A seed decides which fault each attempt of each invite meets. Afterwards the result that the
client reported for each invite is compared with the sandbox's journal of what it executed. Then the same plan goes
through axios with axios-retry.

${machine} · seed ${seed} · ${new Date().toISOString().slice(0, 10)}

${table}

- _rang twice or more_: one invite, several calls on the callee's phone.
- _"failed", but rang_: for \`nestjs-zim-call\` the outcomes \`not-sent\`, \`refused\` and \`rejected\`; for axios a rejected
  promise.
- _"done", but did not ring_: for axios a resolved promise, such as for HTTP 200 with a \`Code\` that is not 0.
- _"unknown"_: \`nestjs-zim-call\` reports that the phone may be ringing, and does not repeat the request. axios-retry has
  no such outcome.
- _longest call_: the longest time from a call to its result.

\`nestjs-zim-call\` has ${requestTimeoutMs} ms for a request and ${deadlineMs} ms for a call, up to three requests, shorter waits between
them than by default, and a quota that is never used up. axios has the same request timeout, which by
axios-retry's default covers the retries too. axios-retry has a common configuration: three retries after network errors
and HTTP 5xx, \`exponentialDelay\` (starting at 10 ms instead of 100), and a new signature for each attempt.

The sandbox never answers with a throttle (7, 660300005), an expired signature (100000004) or a rejection for a call that
it has made: no client could detect that. That ZIM does not do so either is an assumption
([decision 1](../decisions/0001-what-a-failure-inside-zim-means.md)).

## When \`unknown\` is correct

\`unknown\` is correct if the last attempt met one of these faults, \`before\` or \`after\` the call was made, with its fields
as in the [sandbox's manual](../sandbox.md#faults): ${unknowable()}. It is also correct on a connection that
the server closes between two requests (\`close-idle\`), because a request may already have been sent, and if the request
timeout has passed. For faults close to that timeout (${borderline()}) both \`done\` and \`unknown\` are
correct. Every other fault has one correct outcome: for example, a port on which no server listens gives \`not-sent\`, and a
throttled request \`refused\`.

## Targets

${targets.map(({ isMet, text }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`).join('\n')}
`;
}
