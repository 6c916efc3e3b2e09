// The command line: measures, prints the report, and ends with 1 if a target was missed.
import { stdout } from 'node:process';
import { readNumbers, runMain, say } from '../command-line.mjs';
import { describeHost } from '../pacing/machine.mjs';
import { concurrencies, measureAll } from './measure.mjs';
import { tableOf, writeDocument } from './report.mjs';
import { figuresOf, judge } from './summary.mjs';
import { wayNames } from './ways/index.mjs';

const packages = ['nestjs-zim-call', '@nestjs/axios', '@nestjs/common', 'axios', 'undici'];

const help = `npm run bench:client -- [options]

Measures the CPU and time of one CallInvite by nestjs-zim-call and by hand-written clients.

  --rounds N   default: 5
  --calls N    of each way in each round; default: 2000
  --write      writes docs/benchmarks/client.md
  --help

Ends with 1 if nestjs-zim-call misses a target, and names the target.
`;

const numbers = {
  rounds: { preset: 5, most: 100 },
  calls: { preset: 2000, most: 100_000 },
};

function tell({ way, concurrency, round, cpuMicros, tookMs }) {
  const perCall = (cpuMicros / tookMs.length).toFixed(0);
  say(`round ${round + 1}, concurrency ${concurrency}, ${way}: ${perCall} µs of CPU per call`);
}

async function main() {
  const choice = readNumbers(process.argv.slice(2), numbers);
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

await runMain(main);
