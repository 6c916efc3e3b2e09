import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const typescript = pathToFileURL(resolve(__dirname, '../../../../tools/typescript.mjs')).href;
const script = resolve(__dirname, '../testing/measure-waiting-calls.mjs');

// In a process of its own: whatever follows asynchronous contexts in this one makes each promise several times as large.
it('a call that waits for its permit takes less than 2 KB', async () => {
  const { stdout } = await run(process.execPath, ['--expose-gc', '--import', typescript, script]);
  const printed: unknown = JSON.parse(stdout);
  const { queued, bytes } = printed as { queued: number; bytes: number };
  expect(queued).toBeGreaterThan(29_000);
  expect(bytes).toBeGreaterThan(100);
  expect(bytes).toBeLessThan(2_048);
}, 30_000);
