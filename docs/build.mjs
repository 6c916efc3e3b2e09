// Builds the site or serves it for writing: node docs/build.mjs build | dev. Installs the site's tools first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath, URL } from 'node:url';
import { installTools } from '../tools/install-tools.mjs';

const docs = fileURLToPath(new URL('./', import.meta.url));

function run(...args) {
  const { status } = spawnSync('npm', ['--prefix', docs, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

installTools(docs);
run('run', '--silent', 'reference');
run('run', '--silent', process.argv[2] === 'dev' ? 'dev' : 'build');
