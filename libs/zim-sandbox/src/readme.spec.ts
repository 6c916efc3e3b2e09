import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assumptionTable } from './core/assumptions.js';

it('the README lists every switch with its values, its default and its meaning', () => {
  const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
  const section = readme.slice(readme.indexOf('## Assumptions'), readme.indexOf('## What is not'));
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replaceAll('|', '').trim()));
  expect(rows).toEqual(
    Object.entries(assumptionTable).map(([name, { values, explanation }]) => [
      `\`${name}\``,
      values.map((value) => `\`${value}\``).join(', '),
      `\`${values[0]}\``,
      explanation,
    ]),
  );
});
