// The command line: measures, prints the report, and ends with 1 if a target was missed.
import { performance } from 'node:perf_hooks';
import { stdout } from 'node:process';
import { readNumbers, runMain, say } from '../command-line.mjs';
import { describeHost } from '../pacing/machine.mjs';
import { BenchRedis } from '../pacing/redis.mjs';
import { casesOf, countsOf, judge, violationsOf } from './judge.mjs';
import {
  describeViolation,
  detailsTable,
  summaryTable,
  waitingTable,
  writeDocument,
} from './report.mjs';
import { runTrial } from './trial.mjs';
import { measureWaiting } from './waiting.mjs';

const packages = ['nestjs-zim-dispatch', 'nestjs-zim-call', 'zim-sandbox', 'bullmq', 'ioredis'];
const parts = ['plans', 'waiting'];
const toldViolations = 20;

const help = `npm run bench:dispatch -- [options]

Rings plans of three steps by 4 processes with one Redis, while processes are killed, Redis is stopped, and replies and
callbacks are lost, and compares each end with what the sandbox recorded; beside it the same plans by plain BullMQ. Then
measures what waiting plans cost. Needs redis-server.

  --plans N    default: 2000, 6 a second
  --waiting N  plans that wait; default: 100000
  --seed N     decides plans, phones, losses and the times of the incidents; default: 1
  --only PART  ${parts.join(', ')}; default: both
  --write      writes docs/benchmarks/dispatch.md
  --help

Ends with 1 if nestjs-zim-dispatch misses a target, and names the target and the plans.
`;

const numbers = {
  plans: { preset: 2_000, most: 3_000 },
  waiting: { preset: 100_000, most: 200_000 },
  seed: { preset: 1, most: 2 ** 31 },
};

const startMs = performance.now();

function progress(text) {
  say(`${((performance.now() - startMs) / 1_000).toFixed(0).padStart(4)} s  ${text}`);
}

async function judgePlans(choice) {
  const trial = await runTrial(choice, progress);
  const judged = Object.entries(trial.evidence).map(([way, evidence]) => {
    const cases = casesOf(trial.plans, evidence);
    return { way, violations: violationsOf(cases, evidence), counts: countsOf(cases, evidence) };
  });
  const counts = Object.fromEntries(judged.map((each) => [each.way, each.counts]));
  const { violations } = judged.find(({ way }) => way === 'ours');
  return { trial, counts, violations, targets: judge(counts.ours, trial.evidence.ours) };
}

async function main() {
  const choice = readNumbers(process.argv.slice(2), numbers, parts);
  if (choice.isHelpWanted) {
    stdout.write(help);
    return 0;
  }
  const { seed, only } = choice;
  const redis = await BenchRedis.start();
  const redisVersion = await redis.version();
  await redis.close();
  const machine = await describeHost(packages, [`Redis ${redisVersion}`]);
  say(`${machine} · seed ${seed}`);
  const plans = only === 'waiting' ? { targets: [], violations: [] } : await judgePlans(choice);
  const waiting = only === 'plans' ? undefined : await measureWaiting(choice, progress);
  const { counts, targets, violations } = plans;
  if (counts !== undefined) say(`\n${summaryTable(counts)}\n\n${detailsTable(counts)}`);
  if (waiting !== undefined) say(`\n${waitingTable(waiting)}`);
  say('');
  if (choice.isWritten) say(`wrote ${await writeDocument({ machine, seed, waiting, ...plans })}`);
  for (const { isMet, text } of targets) say(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
  for (const each of violations.slice(0, toldViolations)) say(describeViolation(each));
  progress('done');
  return targets.every(({ isMet }) => isMet) ? 0 : 1;
}

await runMain(main);
