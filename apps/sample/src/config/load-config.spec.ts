import { Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Test } from '@nestjs/testing';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './environment.js';
import { loadConfig } from './load-config.js';

let folder: string;
const before = process.env;
const credentials = { ZIM_APP_ID: '12345', ZIM_SERVER_SECRET: 'canary-secret' };
const apiKey = 'key-of-a-caller-0001';
const warn = jest.fn<undefined, unknown[]>();
const silence = () => undefined;
const write = (file: string, ...lines: string[]) => writeFile(join(folder, file), lines.join('\n'));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sample-env-'));
  warn.mockClear();
  Logger.overrideLogger({ log: silence, warn, error: silence });
});
afterEach(async () => {
  process.env = before;
  await rm(folder, { recursive: true });
});

/** Starts with these variables, and returns what a service of the application reads. */
async function load(
  variables: Record<string, string> = { NODE_ENV: 'development' },
): Promise<(name: keyof Environment) => unknown> {
  process.env = { ...credentials, ...variables };
  const module = await Test.createTestingModule({ imports: [await loadConfig(folder)] }).compile();
  const config = module.get<ConfigService<Environment, true>>(ConfigService);
  return (name) => config.get(name, { infer: true });
}

const warnings = () => warn.mock.calls.map(([message]) => message);

it('needs no file', async () => {
  const get = await load();
  expect([get('NODE_ENV'), get('PORT'), get('HOST')]).toEqual(['development', 3000, '127.0.0.1']);
});

it('reads the process first, then the local file, the file of the environment, and .env', async () => {
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
  const test = await load({ NODE_ENV: 'test', PORT: '5' });
  expect([test('PORT'), test('HOST'), test('THROTTLE_PER_SECOND')]).toEqual([5, '3.3.3.3', 2]);
  expect(test('ZIM_REGION')).toBeUndefined();
  const development = await load({ NODE_ENV: 'development' });
  expect([development('NODE_ENV'), development('HOST')]).toEqual(['development', '4.4.4.4']);
});

it('treats an empty variable of the process as absent', async () => {
  const get = await load({ NODE_ENV: 'development', ZIM_REGION: '', PORT: ' ' });
  expect([get('ZIM_REGION'), get('PORT')]).toEqual([undefined, 3000]);
});

it('lets no file choose the environment', async () => {
  await write('.env', 'NODE_ENV=development', `API_KEYS=${apiKey}`);
  expect((await load({ NODE_ENV: 'test' }))('NODE_ENV')).toBe('test');
  expect((await load({}))('NODE_ENV')).toBe('production');
});

it.each(['', ' '])(
  'applies the rules of production if NODE_ENV is %j, and logs that',
  async (NODE_ENV) => {
    await expect(load({ NODE_ENV })).rejects.toThrow('API_KEYS is required');
    expect(warnings()).toEqual(['NODE_ENV is not set: the rules of production apply']);
  },
);

it('warns if every client may ring phones', async () => {
  await load();
  expect(warnings()).toEqual([expect.stringContaining('API_KEYS is not set')]);
  warn.mockClear();
  await load({ NODE_ENV: 'production', API_KEYS: apiKey });
  expect(warnings()).toEqual([]);
});

it('names what is wrong in a file, without its value', async () => {
  await write('.env', 'PORT=canary', 'API_KEYS=canary');
  await expect(load()).rejects.toThrow('PORT must be a whole number');
  await expect(load()).rejects.toThrow('API_KEYS must hold keys of at least 16 characters');
  await expect(load()).rejects.not.toThrow('canary');
});

it('refuses a file that it cannot read', async () => {
  await mkdir(join(folder, '.env'));
  await expect(load()).rejects.toThrow('EISDIR');
});
