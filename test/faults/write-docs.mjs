// Writes the documents of the fault table from its cases: node --import ../../tools/typescript.mjs write-docs.mjs
import { writeFileSync } from 'node:fs';
import { URL } from 'node:url';
import { faultDocument, faultDocuments } from './fault-document.ts';
import { faultTable } from './fault-table.ts';

for (const [path, language] of Object.entries(faultDocuments)) {
  writeFileSync(new URL(`../../${path}`, import.meta.url), faultDocument(faultTable, language));
  process.stdout.write(`${path}\n`);
}
