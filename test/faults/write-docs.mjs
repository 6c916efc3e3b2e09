// Writes the documents of the fault table from its rows.
import { Buffer } from 'node:buffer';
import { readFileSync, writeFileSync } from 'node:fs';
import { URL } from 'node:url';
import ts from 'typescript';

const here = new URL('./', import.meta.url);
const root = new URL('../../', here);

/** Both modules import types alone, so that nothing is left to resolve. */
function load(name) {
  const { outputText } = ts.transpileModule(readFileSync(new URL(name, here), 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputText).toString('base64')}`);
}

const { faultTable } = await load('fault-table.ts');
const { faultDocument, faultDocuments } = await load('fault-document.ts');
for (const [path, language] of Object.entries(faultDocuments)) {
  writeFileSync(new URL(path, root), faultDocument(faultTable, language));
  process.stdout.write(`${path}\n`);
}
