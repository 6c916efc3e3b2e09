import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { SampleProcess } from '../support/sample-process.js';

// A process each.
jest.setTimeout(30_000);

it('tells where the phones are before anything else, and ends when it is told to', async () => {
  const sample = SampleProcess.startSources({});
  await sample.until(() => sample.output.includes('Ring a phone'));
  expect(sample.output.trimStart()).toMatch(/^Phones +http:\/\/127\.0\.0\.1:\d+\/__\/console/);
  expect(sample.output.match(/API_KEYS is not set/g)).toHaveLength(1);
  expect(await sample.stop()).toEqual([null, 'SIGTERM']);
});

it('ends with its sandbox when its own port is taken, and says how to mend it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const sample = SampleProcess.startSources({ PORT: String(port) });
  const [code] = await sample.ended();
  other.close();
  expect(code).toBe(1);
  expect(sample.output).toContain('another program uses that port; set PORT to another');
});

it('ends with its sandbox when the backend cannot be built', async () => {
  const sample = SampleProcess.startSources({ ZIM_REDIS_URL: 'redis://127.0.0.1:99999' });
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('redisUrl');
});

it('starts nothing with a wrong environment, and names what is wrong', async () => {
  const sample = SampleProcess.startSources({ PORT: 'many', ZIM_APP_ID: '5' });
  const [code] = await sample.ended();
  expect(code).toBe(1);
  expect(sample.output).toContain('PORT must be a whole number from 0 to 65535');
  expect(sample.output).toContain('ZIM_APP_ID and ZIM_SERVER_SECRET belong together');
  expect(sample.output).not.toContain('Phones');
});
