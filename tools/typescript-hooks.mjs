import { transform } from '@swc/core';
import { readFile } from 'node:fs/promises';
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

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), { ...swc, filename: path });
  return { format: 'module', source: code, shortCircuit: true };
}
