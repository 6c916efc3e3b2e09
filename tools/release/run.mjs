// Runs one of the scripts beside this file, after installing what it needs.
//   node tools/release/run.mjs SCRIPT [ARGUMENT…]
// The tools have a lock file of their own, so that the root's `npm ci` stays small.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, print, root, toolsFolder } from './packages.mjs';

const [script = '', ...rest] = process.argv.slice(2);
const file = join(toolsFolder, script === 'changeset' ? changesetBin() : `${script}.mjs`);

install();
if (!existsSync(file)) fail(`No script ${script}.`, 'see the scripts in package.json');
const { status } = spawnSync(process.execPath, [file, ...rest], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);

function changesetBin() {
  return 'node_modules/@changesets/cli/bin.js';
}

/** Installs the tools if they are missing or their lock file has changed. */
function install() {
  const stamp = join(toolsFolder, 'node_modules/.installed');
  const lock = createHash('sha256')
    .update(readFileSync(join(toolsFolder, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  print('Installing the release tools…');
  const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: toolsFolder,
    stdio: 'inherit',
  });
  if (npm.status !== 0) {
    fail('The release tools could not be installed.', 'check that npm reaches its registry');
  }
  writeFileSync(stamp, lock);
}
