import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from './openapi.js';

it('describes the version of package.json', () => {
  const text = readFileSync(join(__dirname, '../../../../package.json'), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ version });
});
