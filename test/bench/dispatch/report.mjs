// The tables, and the page.
import { mkdir, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { tableLine } from '../pacing/report.mjs';
import {
  deadlines,
  killsOfEachProcess,
  processes,
  redisOutageMs,
  shares,
  zimReplyMs,
} from './settings.mjs';

const folder = fileURLToPath(new URL('../../../docs/benchmarks/', import.meta.url));
const titles = { ours: '**nestjs-zim-dispatch**', plain: 'BullMQ with `attempts: 3`' };

const summary = [
  ['a phone rang twice for one step', 'twice'],
  ['rang on after a phone had accepted', 'rangOn'],
  ['reported as failed, or as unanswered although a phone was accepted', 'falseFailures'],
  ['no end, or lost', ({ lost, endless }) => lost + endless],
  ['`unknown`', 'unknown'],
  ['correct end', ({ plans, wrongPlans }) => plans - wrongPlans],
];
const details = [
  ['accepted', 'accepted'],
  ['no answer', 'noAnswer'],
  ['expired', 'expired'],
  ['failed', 'failed'],
  ['`unknown`', 'unknown'],
  ['calls in the sandbox', 'calls'],
  ['throttled by it', 'throttled'],
  ['replies lost', 'lostReplies'],
  ['callbacks lost', 'lostCallbacks'],
];

/** @param {Record<string, ReturnType<typeof import('./judge.mjs').countsOf>>} counts by the names of the ways */
export function summaryTable(counts) {
  return countsTable(summary, counts);
}

export function detailsTable(counts) {
  return countsTable(details, counts);
}

function countsTable(rows, counts) {
  const ways = Object.keys(counts);
  const cell = (value, way) =>
    String(typeof value === 'string' ? counts[way][value] : value(counts[way]));
  return [
    [`of ${counts.ours.plans} plans`, ...ways.map((way) => titles[way])],
    ['---', ...ways.map(() => '---:')],
    ...rows.map(([title, value]) => [title, ...ways.map((way) => cell(value, way))]),
  ]
    .map(tableLine)
    .join('\n');
}

/** @param {readonly import('./waiting.mjs').WaitingRow[]} rows */
export function waitingTable(rows) {
  const bytes = (value) => (value === undefined ? '–' : `${Math.round(value)} bytes`);
  return [
    [
      'plans kept in',
      'plans that wait',
      'memory of the process, per plan',
      'memory of Redis, per plan',
      'enqueued per second',
      'taken per second when due',
    ],
    ['---', ...Array.from({ length: 5 }, () => '---:')],
    ...rows.map((row) => [
      row.driver,
      String(row.plans),
      bytes(row.processBytes),
      bytes(row.redisBytes),
      row.enqueuedPerSecond.toFixed(0),
      row.takenPerSecond.toFixed(0),
    ]),
  ]
    .map(tableLine)
    .join('\n');
}

/** A violation with what is needed to look into it. */
export function describeViolation({ each: { plan, record, rings }, text }) {
  const { result, step, callId, createdAtMs } = record;
  const since = (atMs) =>
    atMs === undefined ? '–' : `${((atMs - createdAtMs) / 1_000).toFixed(1)} s`;
  const calls = rings.flatMap((own, index) =>
    own.map((call) => {
      const states = call.callees.map(({ userId, state }) => `${userId} ${state}`).join(', ');
      return `step ${index} at ${since(call.createdAtMs)}: ${states} (${call.callId})`;
    }),
  );
  const unknown = (record.calls ?? []).filter(({ outcome }) => outcome === 'unknown');
  return [
    `${plan.key}: ${text}`,
    `  reported: ${[result, step, callId].filter((part) => part !== undefined).join(' ')} at ${since(record.endedAtMs)}, deadline ${plan.deadlineSeconds} s`,
    ...unknown.map(
      (call) =>
        `  unknown: step ${call.step}, call ${call.callId ?? 'without id'}, ${call.reason ?? ''}`,
    ),
    `  stored: ${(record.history ?? []).map(({ type, step, atMs }) => `${type}${step === undefined ? '' : ` ${step}`} at ${since(atMs)}`).join(' | ') || '–'}`,
    `  sandbox: ${calls.join(' | ') || 'no call'}`,
  ].join('\n');
}

/** Writes the page. @returns {Promise<string>} what was written */
export async function writeDocument(findings) {
  await mkdir(folder, { recursive: true });
  const page = `${folder}dispatch.md`;
  const options = (await resolveConfig(page)) ?? {};
  await writeFile(page, await format(pageOf(findings), { ...options, parser: 'markdown' }));
  return page;
}

const percent = (share) => `${100 * share} %`;

export function pageOf({ machine, seed, counts, trial, waiting, targets }) {
  return `# Ring plans through crashes

Do phones ring twice, and do all plans end correctly, while processes crash, Redis stops, and replies and callbacks are lost?
${counts === undefined ? '\nNot measured.' : `\n${summaryTable(counts)}`}

Both ways rang the same plans at the same time, with the same client, and met the same losses. The sandbox, which takes
the place of ZIM, recorded which phones rang and which accepted; every end is compared with that record.

- _rang on_: a phone of a later step rang although one of an earlier step had accepted.
- _\`unknown\`_: the plan reports that it cannot know whether a phone was accepted, because the callback that says so was
  lost. BullMQ has no such result: it rings the next phone.
- _correct end_: plans without any of the above but a correct \`unknown\`, that ended in time and were reported.

\`npm run bench:dispatch -- --write\` writes this page.

${machine} · seed ${seed} · ${new Date().toISOString().slice(0, 10)}
${trial === undefined ? '' : `\n## What happened\n\n${methodOf(trial, counts)}\n\n${detailsTable(counts)}`}

## Plans that wait

What a plan costs that waits for its \`startAt\`, a day ahead.

${waiting === undefined ? 'Not measured.' : waitingTable(waiting)}

Plans of one step with one phone, given to one process, 200 at a time. The memory of the process is its heap after a garbage
collection, and its buffers. _taken_: ${waiting?.[0]?.due ?? 'some'} more plans are due at one time; from then to the moment at which the last of
them is about to ring. ZIM's quota does not limit that here. Redis writes each change to its append-only file before it
replies (\`appendfsync always\`).

## Targets

${targets.length === 0 ? 'Not measured.' : targets.map(({ isMet, text }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`).join('\n')}
`;
}

function methodOf({ callbacks, kills, tookMs }, { ours }) {
  return `- ${ours.plans} plans of three steps, each with one or two phones that ring for 1 to 3 s. A quarter of the phones accept, a third
  rejects, and the others do not answer. The run took ${(tookMs / 1_000).toFixed(0)} s.
- Each way has ${processes} processes. Each was to be killed (\`kill -9\`) ${killsOfEachProcess} times and started again a second later; ${kills} kills were made.
- Both share one Redis with an append-only file (\`appendfsync always\`). It was killed once, and started from its file ${redisOutageMs / 1_000} s
  later.
- The sandbox accepts 20 invites a second for each way, replies ${zimReplyMs} ms after each, and loses ${percent(shares.lostReply)} of the replies after it has made the
  call: the connection is reset.
- A relay passes each callback to any of the processes. It loses ${percent(shares.lostCallback)} for good, doubles ${percent(shares.doubled)}, and holds ${percent(shares.held)} back for up
  to 2 s, so that later ones overtake them: of ${callbacks.callbacks} for nestjs-zim-dispatch, ${callbacks.lost} were lost, ${callbacks.doubled} doubled, ${callbacks.held} held back, and ${callbacks.failed}
  taken by no process, so that the sandbox repeated them.
- One plan in ten has a deadline of ${deadlines.shortSeconds} s, the others of ${deadlines.seconds} s.
- BullMQ runs a job for each step, which invites, waits for the answer, and adds the next step; a job that fails is
  repeated up to twice. It uses \`CallOutcomeService.inviteAndWait()\` without an idempotency key, so quota, callbacks and
  retries are those of nestjs-zim-call. Both have its option \`correlation\`.`;
}
