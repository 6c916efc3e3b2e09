// The command line: runs both ways, tells, and ends with 1 if a target was missed.
import { exit, stderr, stdout } from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { parseArgs } from 'node:util';
import { killAllChildren } from '../pacing/children.mjs';
import { describeHost } from '../pacing/machine.mjs';
import { casesOf, countsOf, judge, violationsOf } from './judge.mjs';
import { createPlan } from './plan.mjs';
import { describeViolation, tableOf, writeDocument } from './report.mjs';
import { runTrial } from './trial.mjs';
import { wayNames } from './ways/index.mjs';

const packages = ['nestjs-zim-call', 'zim-sandbox', '@nestjs/common', 'axios', 'axios-retry'];
const toldViolations = 10;
const progressMs = 5_000;

const help = `npm run bench:faults -- [options]

Whether an invite ever rings twice, or is told wrongly, when everything goes wrong; and how axios with
axios-retry does under the same plan.

  --invites N  default: 10000
  --seed N     of the plan; default: 1
  --write      writes docs/benchmarks/faults.md
  --help

Ends with 1 if ours misses a target, and lists what was wrong.
`;

/** What was asked for is not possible; the message says why. */
class UsageError extends Error {}

function readCommandLine(args) {
  const values = parse(args);
  return {
    isHelpWanted: values.help,
    isWritten: values.write,
    invites: count(values.invites, '--invites', 10_000),
    seed: count(values.seed, '--seed', 2 ** 31),
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        invites: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function count(text, option, most) {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new UsageError(`${option}: ${text} is no number from 1 to ${most}`);
}

function say(text) {
  stdout.write(`${text}\n`);
}

async function runAndTell(name, choice) {
  let settled = 0;
  const tell = () => stderr.write(`${name}: ${settled} of ${choice.invites} invites\n`);
  const timer = setInterval(tell, progressMs);
  try {
    return await runTrial(name, choice, (now) => (settled = now));
  } finally {
    clearInterval(timer);
    tell();
  }
}

async function main() {
  const choice = readCommandLine(process.argv.slice(2));
  if (choice.isHelpWanted) {
    stdout.write(help);
    return 0;
  }
  const machine = await describeHost(packages);
  say(`${machine} · seed ${choice.seed}`);
  const plan = createPlan(choice.seed, choice.invites);
  const rows = [];
  for (const name of wayNames) {
    const trial = await runAndTell(name, choice);
    const cases = casesOf(plan, trial);
    rows.push({ name, trial, cases, counts: countsOf(cases) });
  }
  const ours = rows.find(({ name }) => name === 'ours');
  const table = tableOf(rows);
  const targets = judge(ours.trial, ours.cases);
  say(`\n${table}\n`);
  const { untroubled } = ours.counts;
  const findings = { ...choice, machine, untroubled, table, targets };
  if (choice.isWritten) say(`wrote ${await writeDocument(findings)}`);
  for (const { isMet, text } of targets) say(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
  for (const violation of violationsOf(ours.cases).slice(0, toldViolations)) {
    say(describeViolation(violation));
  }
  return targets.every(({ isMet }) => isMet) ? 0 : 1;
}

process.once('exit', killAllChildren);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => exit(130));
try {
  exit(await main());
} catch (error) {
  stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  exit(2);
}
