// The command line: runs both ways, prints the report, and ends with 1 if a target was missed.
import { stderr, stdout } from 'node:process';
import { clearInterval, setInterval } from 'node:timers';
import { readNumbers, runMain, say } from '../command-line.mjs';
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

Checks that no invite rings twice and that every result is correct, with every fault injected; and runs the same
plan with axios and axios-retry.

  --invites N  default: 10000
  --seed N     the seed of the plan; default: 1
  --write      writes docs/benchmarks/faults.md
  --help

Ends with 1 if nestjs-zim-call misses a target, and lists the violations.
`;

const numbers = {
  invites: { preset: 10_000, most: 10_000 },
  seed: { preset: 1, most: 2 ** 31 },
};

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
  const choice = readNumbers(process.argv.slice(2), numbers);
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

await runMain(main);
