import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { useCleanup } from '../support/cleanup.js';
import { SampleProcess } from '../support/sample-process.js';

// A process each.
jest.setTimeout(60_000);

const afterTest = useCleanup();

function start(...args: Parameters<typeof SampleProcess.startSources>): SampleProcess {
  const sample = SampleProcess.startSources(...args);
  afterTest(() => {
    sample.kill();
  });
  return sample;
}

describe("production's entry point", () => {
  const credentials = { ZIM_APP_ID: '12345', ZIM_SERVER_SECRET: 'canary-secret' };

  it.each(['development', 'test', 'staging', 'production'])(
    'refuses to start without credentials, and starts no sandbox: NODE_ENV=%s',
    async (NODE_ENV) => {
      const sample = start({ NODE_ENV }, 'production');
      const [code] = await sample.ended();
      expect(code).toBe(1);
      expect(sample.output).toContain('ZIM_APP_ID is required');
      expect(sample.output).toContain('ZIM_SERVER_SECRET is required');
      expect(sample.output).toContain('npm start');
      expect(sample.output).not.toContain('NODE_ENV is not set');
      expect(sample.output).not.toMatch(/Phones|Backend/);
    },
  );

  it('starts with credentials, and ends on SIGTERM although a connection sends nothing', async () => {
    const sample = start(credentials, 'production');
    await sample.until(() => sample.url !== '');
    const silent = connect(Number(new URL(sample.url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const startedMs = performance.now();
    expect(await sample.stop()).toEqual([null, 'SIGTERM']);
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

it('ends with its sandbox when its own port is taken, and says how to fix it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  afterTest(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const sample = start({ PORT: String(port) });
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('another program uses that port; set PORT to another');
});

it('ends with its sandbox when the backend cannot be built', async () => {
  const sample = start({ ZIM_REDIS_URL: 'redis://127.0.0.1:99999' });
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('redisUrl');
});

it('refuses to start in production without credentials, and starts no sandbox', async () => {
  const sample = start({ NODE_ENV: undefined }, 'production');
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('ZIM_APP_ID is required');
  expect(sample.output).toContain('ZIM_SERVER_SECRET is required');
  expect(sample.output).toContain('npm start');
  expect(sample.output).toContain('NODE_ENV is not set');
  expect(sample.output).not.toMatch(/Phones|Backend/);
});

it('prints the address of the phones first, and ends on SIGTERM', async () => {
  const sample = start({});
  await sample.until(() => sample.output.includes('Ring a phone'));
  expect(sample.output.trimStart()).toMatch(/^Phones +http:\/\/127\.0\.0\.1:\d+\/__\/console/);
  expect(sample.output.match(/API_KEYS is not set/g)).toHaveLength(1);
  expect(await sample.stop()).toEqual([null, 'SIGTERM']);
});

it('starts nothing with a wrong environment, and names every problem', async () => {
  const sample = start({ PORT: 'many', ZIM_APP_ID: '5' });
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('PORT must be a whole number from 0 to 65535');
  expect(sample.output).toContain('ZIM_SERVER_SECRET is required');
  expect(sample.output).not.toContain('Phones');
});

it('rings a plan at the end of the demo, until the third callee accepts', async () => {
  const sample = start({}, 'demo');
  const [code] = await sample.ended();
  const [, escalation = ''] = sample.output.split('== A ring plan');
  expect(escalation.replace(/\d+ ms|[\w-]{32}/g, '…').split('\n')).toEqual([
    ": POST /rings rings bob's phone, then carol's, then dave's",
    '  bob: rejected after …',
    '  carol: timed-out after …',
    '  dave: accepted after …',
    '  result: accepted by dave; GET /rings/… has all calls',
    '',
  ]);
  expect(code).toBe(0);
});
