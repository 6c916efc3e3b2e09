// Bundles the page into dist/console, which both module formats of the package serve. Does nothing if it is newer than
// what it is made of, for `npm start` waits for it.
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const page = import.meta.dirname;
const target = join(page, '../dist/console');
// Written last.
const last = join(target, 'LICENSE-preact');
if (await isCurrent()) process.exit();

const { build } = await import('esbuild');
const common = {
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
};

await mkdir(target, { recursive: true });
const worker = join(target, 'worker.js');
await build({ ...common, entryPoints: [join(page, 'feed/worker.ts')], outfile: worker });
// A shared worker lives until its last tab is closed, so a newer page needs another URL to get its own worker.
const workerVersion = createHash('sha256')
  .update(await readFile(worker))
  .digest('hex')
  .slice(0, 12);
await build({
  ...common,
  entryPoints: { console: join(page, 'main.tsx') },
  outdir: target,
  define: { WORKER_VERSION: JSON.stringify(workerVersion) },
});
await copyFile(join(page, '../package-folder.cjs'), join(target, '../package-folder.cjs'));
for (const name of ['index.html', 'icon.svg']) await copyFile(join(page, name), join(target, name));
const preact = dirname(createRequire(import.meta.url).resolve('preact/package.json'));
await writeFile(last, await readFile(join(preact, 'LICENSE')));

async function isCurrent() {
  const modifiedMs = async (path) => (await stat(path)).mtimeMs;
  const builtMs = await modifiedMs(last).catch(() => 0);
  const filesIn = async (folder) =>
    (await readdir(folder, { recursive: true })).map((file) => join(folder, file));
  const paths = [
    ...(await filesIn(page)),
    ...(await filesIn(join(page, '../src'))),
    join(page, '../package-folder.cjs'),
    join(page, '../../../package-lock.json'),
  ];
  const times = await Promise.all(paths.map(modifiedMs));
  return times.every((ms) => ms < builtMs);
}
