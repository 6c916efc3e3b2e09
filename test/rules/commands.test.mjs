import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { relative } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const linesOf = async (command, ...args) =>
  (await run(command, args)).stdout.split('\n').filter((line) => line !== '');

/** The spec files that a configuration of Jest runs. */
async function specsOf(config) {
  const files = await linesOf('npx', 'jest', '--listTests', '--config', config);
  return files.map((file) => relative(process.cwd(), file));
}

it('runs each spec file by one command; the samples of properties also by `npm test`', async () => {
  const [tracked, unit, full, redis, browser] = await Promise.all([
    // An application of test/consumers runs its own spec.
    linesOf(
      ...['git', 'ls-files', '--cached', '--others', '--exclude-standard'],
      ...['*.spec.ts', ':!test/consumers'],
    ),
    specsOf('jest.config.js'),
    specsOf('jest.property.config.js'),
    specsOf('jest.redis.config.js'),
    specsOf('jest.browser.config.js'),
  ]);
  const isSampled = (file) => /^test\/property\/|\.property\.spec\.ts$/.test(file);
  assert.deepEqual(
    unit.filter((file) => full.includes(file)),
    unit.filter(isSampled),
  );
  assert.deepEqual(
    [...unit, ...full.filter((file) => !isSampled(file)), ...redis, ...browser].sort(),
    tracked.sort(),
  );
});
