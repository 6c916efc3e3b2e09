import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from './load-environment.js';

let folder: string;
const before = process.env;
const credentials = { ZIM_APP_ID: '12345', ZIM_SERVER_SECRET: 'canary-secret' };
const write = (file: string, ...lines: string[]) => writeFile(join(folder, file), lines.join('\n'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-env-'));
  process.env = { ...credentials };
});
afterEach(async () => {
  process.env = before;
  await rm(folder, { recursive: true });
});

it('does without files', () => {
  const { NODE_ENV, PORT, HOST } = loadEnvironment({}, folder);
  expect([NODE_ENV, PORT, HOST]).toEqual(['development', 3000, '127.0.0.1']);
});

it('takes the nearest: what is given, the process, the local file, that of the environment, .env', async () => {
  await write(
    '.env',
    'PORT=1',
    'HOST=1.1.1.1',
    'ZIM_REGION=',
    'THROTTLE_PER_SECOND=1',
    'API_KEYS=',
  );
  await write('.env.test', 'PORT=2', 'HOST=2.2.2.2', 'THROTTLE_PER_SECOND=2');
  await write('.env.test.local', 'PORT=3', 'HOST="3.3.3.3" # mine');
  await write('.env.development', 'PORT=4', 'HOST=4.4.4.4', 'THROTTLE_PER_SECOND=4');
  process.env = { ...credentials, NODE_ENV: 'test', PORT: '5' };
  const fromProcess = loadEnvironment({}, folder);
  expect(fromProcess).toMatchObject({ PORT: 5, HOST: '3.3.3.3', THROTTLE_PER_SECOND: 2 });
  expect(loadEnvironment({ PORT: '6' }, folder)).toMatchObject({ PORT: 6 });
  expect(loadEnvironment({ NODE_ENV: 'development' }, folder)).toMatchObject({
    NODE_ENV: 'development',
    HOST: '4.4.4.4',
  });
});

it('lets no file choose the environment', async () => {
  await write('.env', 'NODE_ENV=production');
  expect(loadEnvironment({}, folder)).toMatchObject({ NODE_ENV: 'development' });
});

it('names what is wrong in a file, without its value', async () => {
  await write('.env', 'PORT=canary', 'API_KEYS=canary');
  const load = () => loadEnvironment({}, folder);
  expect(load).toThrow('PORT must be a whole number');
  expect(load).toThrow('API_KEYS must hold keys of at least 16 characters');
  expect(load).not.toThrow('canary');
});

it('does not pass over a file that cannot be read', async () => {
  await mkdir(join(folder, '.env'));
  expect(() => loadEnvironment({}, folder)).toThrow('EISDIR');
});
