// Installs the packages of a folder that has a lock file of its own, so that the root's `npm ci` stays small.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Installs them if they are missing or the lock file has changed since. Ends the process if npm fails. */
export function installTools(folder) {
  const stamp = join(folder, 'node_modules/.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stdout.write(`Installing the tools of ${folder}…\n`);
  const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['ci', ...flags], { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write(
      '\nThe tools were not installed.\nFix: check that npm reaches its registry\n',
    );
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, lock);
}
