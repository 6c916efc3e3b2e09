// The command line: measures, tells, and ends with 1 if a target was missed.
import { exit, stderr, stdout } from 'node:process';
import { parseArgs } from 'node:util';
import { killAllChildren } from '../pacing/children.mjs';
import { describeHost } from '../pacing/machine.mjs';
import { concurrencies, measureAll } from './measure.mjs';
import { tableOf, writeDocument } from './report.mjs';
import { figuresOf, judge } from './summary.mjs';
import { wayNames } from './ways/index.mjs';

const packages = ['nestjs-zim-call', '@nestjs/axios', '@nestjs/common', 'axios', 'undici'];

const help = `npm run bench:client -- [options]

What one CallInvite costs in CPU and time, beside the ways of making it by hand.

  --rounds N   default: 5
  --calls N    of each way in each round; default: 2000
  --write      writes docs/benchmarks/client.md
  --help

Ends with 1 if ours takes more CPU than a way that it has to beat, and says which.
`;

/** What was asked for is not possible; the message says why. */
class UsageError extends Error {}

function readCommandLine(args) {
  const values = parse(args);
  return {
    isHelpWanted: values.help,
    isWritten: values.write,
    rounds: count(values.rounds, '--rounds', 100),
    calls: count(values.calls, '--calls', 100_000),
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        rounds: { type: 'string', default: '5' },
        calls: { type: 'string', default: '2000' },
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

function tell({ way, concurrency, round, cpuMicros, tookMs }) {
  const perCall = (cpuMicros / tookMs.length).toFixed(0);
  say(`round ${round + 1}, concurrency ${concurrency}, ${way}: ${perCall} µs of CPU per call`);
}

async function main() {
  const choice = readCommandLine(process.argv.slice(2));
  if (choice.isHelpWanted) {
    stdout.write(help);
    return 0;
  }
  const machine = await describeHost(packages);
  say(machine);
  const rounds = await measureAll(choice, tell);
  const figures = concurrencies.flatMap((concurrency) =>
    wayNames.map((way) => figuresOf(rounds, way, concurrency)),
  );
  const table = tableOf(figures);
  const targets = judge(figures);
  say(`\n${table}\n`);
  if (choice.isWritten) say(`wrote ${await writeDocument({ ...choice, machine, table, targets })}`);
  for (const { isMet, text } of targets) say(`${isMet ? 'met   ' : 'MISSED'} ${text}`);
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
