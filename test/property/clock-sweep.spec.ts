import { Logger } from '@nestjs/common';
import {
  createClient,
  invite,
  ManualRuntime,
  type TestClient,
  testSecret,
} from 'nestjs-zim-call/testing';
import { SandboxClock, ZimSandbox } from 'zim-sandbox';
import { countOf, sampled } from '../support/property.js';

const inFlight = countOf({ sample: 2, full: 16 });
/** Beyond it, the client says that its machine's clock is off. */
const toleratedSeconds = 60;
/** Beyond it, ZIM refuses a signature. */
const expirySeconds = 600;
const stepSeconds = 30;
const sweep = Array.from({ length: 61 }, (_, index) => -900 + index * stepSeconds);

// Two thousand real requests, on whatever machine.
jest.setTimeout(60_000);

let aheadSeconds = 0;
let sandbox: ZimSandbox;
let warnings: string[];

beforeEach(async () => {
  warnings = [];
  jest.spyOn(Logger.prototype, 'warn').mockImplementation((message: unknown) => {
    // Each client also says that it calls a sandbox.
    if (!String(message).includes('zim-sandbox')) warnings.push(String(message));
  });
  aheadSeconds = 0;
  sandbox = await ZimSandbox.start({
    apps: [{ appId: 12345, serverSecret: testSecret }],
    users: ['alice', 'bob'],
    clock: new SandboxClock(() => new ManualRuntime().nowMs + aheadSeconds * 1000),
    callsPerSecond: 1_000_000,
    maxJournalEntries: 1_000,
  });
});
afterEach(async () => {
  jest.restoreAllMocks();
  await sandbox.stop();
});

/** The client's own clock stands still: what differs is ZIM's. */
function startClient(): Promise<TestClient> {
  return createClient(sandbox.url, { rateLimit: { limit: 10_000 } });
}

/** Makes calls at once, and returns how many requests they took. */
async function requestsOf({ service }: TestClient): Promise<number> {
  const before = sandbox.journal.entries().at(-1)?.id ?? 0;
  await Promise.all(Array.from({ length: inFlight }, () => service.invite(invite)));
  return (sandbox.journal.entries().at(-1)?.id ?? 0) - before;
}

describe("ZIM's clock, swept over half an hour", () => {
  it.each(sampled(sweep, 10))(
    '%i s off: costs a new client one request at most, then none',
    async (seconds) => {
      aheadSeconds = seconds;
      const client = await startClient();
      const isRefused = Math.abs(seconds) > expirySeconds;
      expect(await requestsOf(client)).toBe(inFlight + (isRefused ? 1 : 0));
      expect(await requestsOf(client)).toBe(inFlight);
      await client.module.close();
      expect(warnings).toHaveLength(Math.abs(seconds) > toleratedSeconds ? 1 : 0);
      for (const warning of warnings) expect(warning).toContain(`clock is ${Math.abs(seconds)} s`);
    },
  );

  it('costs a client that lives through it one request at most, then none', async () => {
    aheadSeconds = sweep[0] ?? 0;
    const client = await startClient();
    const extra: number[] = [];
    for (const seconds of sweep) {
      aheadSeconds = seconds;
      extra.push((await requestsOf(client)) - inFlight, (await requestsOf(client)) - inFlight);
    }
    await client.module.close();
    expect(extra).toEqual([1, ...Array<number>(2 * sweep.length - 1).fill(0)]);
    // Each warning differs from the one before by more than the tolerance.
    const logged = warnings.map((warning) =>
      Number(/clock is (\d+) s (?:ahead|behind)/.exec(warning)?.[1]),
    );
    expect(logged).toEqual([
      900, 810, 720, 630, 540, 450, 360, 270, 180, 90, 90, 180, 270, 360, 450, 540, 630, 720, 810,
      900,
    ]);
  });
});
