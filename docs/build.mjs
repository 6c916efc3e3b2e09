// Builds the site or serves it for writing: node docs/build.mjs build | dev. Installs the site's tools first if they
// are missing or older than their lock file.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';

const docs = fileURLToPath(new URL('./', import.meta.url));
const timeOf = (path) => statSync(docs + path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function run(...args) {
  const { status } = spawnSync('npm', ['--prefix', docs, ...args], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (timeOf('node_modules/.package-lock.json') < timeOf('package-lock.json')) run('ci');
run('run', '--silent', 'reference');
run('run', '--silent', process.argv[2] === 'dev' ? 'dev' : 'build');
