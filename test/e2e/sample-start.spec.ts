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
