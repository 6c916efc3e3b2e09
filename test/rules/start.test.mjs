import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');

/** What a module loads at once: neither types nor what it imports later. */
function importsOf(path) {
  const source = readFileSync(path, 'utf8');
  const imports = source.matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';$/gm);
  return [...imports].map(([, from]) => from);
}

test('npm start loads no Nest before the page of the sandbox is served', () => {
  const seen = new Set();
  const packages = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const from of importsOf(path)) {
      if (from.startsWith('.')) visit(join(dirname(path), from.replace(/\.js$/, '.ts')));
      else packages.add(from);
    }
  };
  visit(join(root, 'apps/sample/dev/start.ts'));
  assert.ok(seen.size > 3);
  const heavy = [...packages].filter((name) => /^(@nestjs\/|nestjs-|zim-sandbox)/.test(name));
  assert.deepEqual(heavy, []);
});
