import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { URL, fileURLToPath } from 'node:url';

const sourceOf = (library) => new URL(`../libs/${library}/src/index.ts`, import.meta.url).href;
const packages = {
  'zim-protocol': sourceOf('zim-protocol'),
  'nestjs-zim-call': sourceOf('zim-call'),
  'nestjs-zim-dispatch': sourceOf('zim-dispatch'),
  'zim-sandbox': sourceOf('zim-sandbox'),
};

const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: {
      legacyDecorator: true,
      decoratorMetadata: true,
      useDefineForClassFields: false,
    },
    target: 'es2022',
    keepClassNames: true,
  },
};

export function resolve(specifier, context, next) {
  const isOwn = context.parentURL?.endsWith('.ts') === true && /^\.{1,2}\//.test(specifier);
  const source = isOwn ? specifier.replace(/\.js$/, '.ts') : specifier;
  return next(packages[source] ?? source, context);
}

/** Compiling takes longer than all else before a page is served, so what was compiled is kept. */
const cache = new URL('../node_modules/.cache/typescript/', import.meta.url);

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const text = await readFile(path, 'utf8');
  const key = createHash('sha256')
    .update(JSON.stringify([swc, path, text]))
    .digest('hex');
  const entry = new URL(`${key}.js`, cache);
  const source = await readFile(entry, 'utf8').catch(() => compile(text, path, entry));
  return { format: 'module', source, shortCircuit: true };
}

async function compile(text, path, entry) {
  const { transform } = await import('@swc/core');
  const { code } = await transform(text, { ...swc, filename: path });
  await mkdir(cache, { recursive: true });
  // No other process may read a part of it.
  const part = new URL(`${entry.href}.${process.pid}`);
  await writeFile(part, code);
  await rename(part, entry);
  return code;
}
