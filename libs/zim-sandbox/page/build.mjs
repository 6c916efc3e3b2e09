// Bundles the page into dist/console, which both module formats of the package serve.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const page = import.meta.dirname;
const target = join(page, '../dist/console');
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
await copyFile(join(preact, 'LICENSE'), join(target, 'LICENSE-preact'));
