// Runs one of the scripts beside this file, after installing what it needs.
//   node tools/release/run.mjs SCRIPT [ARGUMENT…]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installTools } from '../install-tools.mjs';
import { fail, root, toolsFolder } from './packages.mjs';

const [script = '', ...rest] = process.argv.slice(2);
const file = join(toolsFolder, script === 'changeset' ? changesetBin() : `${script}.mjs`);

installTools(toolsFolder);
if (!existsSync(file)) fail(`No script ${script}.`, 'see the scripts in package.json');
const { status } = spawnSync(process.execPath, [file, ...rest], { cwd: root, stdio: 'inherit' });
process.exit(status ?? 1);

function changesetBin() {
  return 'node_modules/@changesets/cli/bin.js';
}
