import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { faultDocument, faultDocuments } from './fault-document.js';
import { limits } from './fault-scene.js';
import { faultTable } from './fault-table.js';

describe.each(Object.entries(faultDocuments))('%s', (path, language) => {
  const committed = readFileSync(resolve(__dirname, '../..', path), 'utf8');

  it('is written from the cases of the fault table', () => {
    if (committed === faultDocument(faultTable, language)) return;
    throw new Error(`${path} differs from the fault table: run npm run docs:faults`);
  });

  it('names the limits of the cases', () => {
    const named = [...committed.matchAll(/`(?:rateLimit\.)?(\w+Ms)` (\d+)/g)];
    expect(Object.fromEntries(named.map(([, name, ms]) => [name, Number(ms)]))).toEqual(limits);
  });
});
