import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const main = resolve('apps/sample/src/main.ts');
const typescript = pathToFileURL(resolve('tools/typescript.mjs')).href;

// A process each.
jest.setTimeout(30_000);

/** The sample as `npm start` runs it. */
function startSample(variables: Record<string, string>) {
  const { PATH = '' } = process.env;
  const env = { PATH, NODE_ENV: 'test', PORT: '0', ...variables };
  const child = spawn(process.execPath, ['--import', typescript, main], { env });
  const sample = { child, output: '', until };
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      sample.output += chunk.toString();
      for (const look of waiting) look();
    });
  function until(words: string): Promise<void> {
    return new Promise((done) => {
      const look = () => {
        if (!sample.output.includes(words)) return;
        waiting.delete(look);
        done();
      };
      waiting.add(look);
      look();
    });
  }
  return sample;
}

it('tells where the phones are before anything else, and ends when it is told to', async () => {
  const sample = startSample({});
  await sample.until('Ring a phone');
  expect(sample.output.trimStart()).toMatch(/^Phones +http:\/\/127\.0\.0\.1:\d+\/__\/console/);
  expect(sample.output.match(/API_KEYS is not set/g)).toHaveLength(1);
  sample.child.kill('SIGTERM');
  const [code, signal] = (await once(sample.child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGTERM']);
});

it('ends with its sandbox when its own port is taken, and says how to mend it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const sample = startSample({ PORT: String(port) });
  const [code] = (await once(sample.child, 'close')) as [number];
  other.close();
  expect(code).toBe(1);
  expect(sample.output).toContain('another program uses that port; set PORT to another');
});

it('ends with its sandbox when the backend cannot be built', async () => {
  const sample = startSample({ ZIM_REDIS_URL: 'redis://127.0.0.1:99999' });
  const [code] = (await once(sample.child, 'close')) as [number];
  expect(code).toBe(1);
  expect(sample.output).toContain('redisUrl');
});

it('starts nothing with a wrong environment, and names what is wrong', async () => {
  const sample = startSample({ PORT: 'many', ZIM_APP_ID: '5' });
  const [code] = (await once(sample.child, 'close')) as [number];
  expect(code).toBe(1);
  expect(sample.output).toContain('PORT must be a whole number from 0 to 65535');
  expect(sample.output).toContain('ZIM_APP_ID and ZIM_SERVER_SECRET belong together');
  expect(sample.output).not.toContain('Phones');
});
