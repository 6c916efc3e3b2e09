// Checks what the test runs printed and counted: nothing skipped, no secret of the tests in the output.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const read = (name) => readFileSync(join(folder, name), 'utf8');
const jestRuns = ['jest', 'property', 'redis', 'browser'];
const suites = jestRuns.map((name) => JSON.parse(read(`${name}.json`)));
const sum = (field) => suites.reduce((total, suite) => total + suite[field], 0);
const countIn = (log, word) => Number(new RegExp(`^. ${word} (\\d+)$`, 'm').exec(read(log))?.[1]);
const count = (word) =>
  ['rules.log', 'packaging.log', 'bench.log'].reduce((total, log) => total + countIn(log, word), 0);

const problems = [];
if (sum('numPendingTests') + sum('numTodoTests') + count('skipped') > 0)
  problems.push('tests skipped');
const canary = /canary5ec2e7|9193cc662a4c0ec135ec71fb57194b38|[?&]Signature=[0-9a-f]{32}/i;
if (jestRuns.some((name) => canary.test(read(`${name}.log`))))
  problems.push('a secret or a signature in the output');

const passed = sum('numPassedTests') + count('pass');
const failed = sum('numFailedTests') + sum('numRuntimeErrorTestSuites') + count('fail');
for (const problem of problems) process.stdout.write(`FAILED: ${problem}\n`);
process.stdout.write(`\n${passed} passed, ${failed + problems.length} failed\n`);
process.exitCode = failed + problems.length > 0 ? 1 : 0;
