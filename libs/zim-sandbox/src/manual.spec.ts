import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptionTable } from './core/assumptions.js';
import { faultTable, fieldsOf, isFaultKind } from './core/fault-table.js';
import { magicPrefixes } from './faults/magic-ids.js';
import { faultPresets } from './faults/presets.js';

const manual = readFileSync(join(__dirname, '../../../docs/sandbox.md'), 'utf8');

/** Returns the rows of the table whose header begins with these words. */
function rowsOf(firstCell: string): string[][] {
  const lines = manual.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${firstCell} `)) + 2;
  const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
  return lines
    .slice(start, end)
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()));
}

it('the manual lists every switch with its values, its default and its meaning', () => {
  expect(rowsOf('Switch')).toEqual(
    Object.entries(assumptionTable).map(([name, { values, explanation }]) => [
      `\`${name}\``,
      values.map((value) => `\`${value}\``).join(', '),
      `\`${values[0]}\``,
      explanation,
    ]),
  );
});

it('the manual lists every kind of fault with its fields, its default and its meaning', () => {
  expect(rowsOf('Kind')).toEqual(
    Object.keys(faultTable)
      .filter(isFaultKind)
      .map((kind) => [
        `\`${kind}\``,
        fieldsOf(kind)
          .filter(([name]) => name !== 'when')
          .map(([name, { isOptional }]) => `\`${name}${isOptional ? '?' : ''}\``)
          .join(', '),
        faultTable[kind].when === undefined ? '' : `\`${faultTable[kind].when}\``,
        faultTable[kind].explanation,
      ]),
  );
});

it.each<[string, Readonly<Record<string, { readonly explanation: string }>>]>([
  ['Preset of `--fault`', faultPresets],
  ['Prefix', magicPrefixes],
])('the manual lists every row of %j', (firstCell, table) => {
  expect(rowsOf(firstCell)).toEqual(
    Object.entries(table).map(([name, { explanation }]) => [`\`${name}\``, explanation]),
  );
});
