import { noRetry, persistentRetry, standardRetry } from '../config/zim-call-options.js';
import { createClient } from '../testing/create-client.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { accepted, envelope, type Script, ScriptedServer } from '../testing/scripted-server.js';
import { failureOf, invite, throttled, useScriptedZim } from '../testing/scripted-zim.js';

const zim = useScriptedZim();
const reset: Script = (response) => response.socket?.resetAndDestroy();
const throttledFor = (header: string) => envelope({ Code: 660300005 }, { 'Retry-After': header });
const answer = { callId: '1', userId: 'bob' };

/** The address of a server that is gone. */
async function deadUrl(): Promise<string> {
  const server = await ScriptedServer.start(accepted);
  const { url } = server;
  await server.stop();
  return url;
}

describe('Retry-After', () => {
  it('is waited for within the deadline', async () => {
    await zim.given([throttledFor('2'), accepted]);
    await zim.settled(zim.service.invite(invite));
    expect(zim.runtime.waits[0]).toBe(2000);
  });

  it('ends the call when it lies behind the deadline, and is passed on', async () => {
    await zim.given([throttledFor('10'), accepted]);
    expect(await failureOf(zim.service.invite(invite))).toMatchObject({
      outcome: 'refused',
      attempts: 1,
      retryAfterMs: 10_000,
    });
  });
});

describe('onUnknown', () => {
  it('retry, for one call: repeats a request with the outcome unknown', async () => {
    await zim.given([reset, accepted]);
    const { callId } = await zim.settled(zim.service.invite(invite, { onUnknown: 'retry' }));
    expect(callId).toBe('12261423186766631832');
    expect(zim.server.requests).toHaveLength(2);
  });

  it('retry, for the module; throw, for one call', async () => {
    await zim.given([reset], { onUnknown: 'retry' });
    expect((await failureOf(zim.settled(zim.service.invite(invite)))).attempts).toBe(3);
    const error = await failureOf(zim.settled(zim.service.invite(invite, { onUnknown: 'throw' })));
    expect([error.outcome, error.attempts]).toEqual(['unknown', 1]);
  });

  it('stays unknown, without Retry-After, when a later attempt was refused', async () => {
    await zim.given([reset, throttled], { onUnknown: 'retry' });
    const error = await failureOf(zim.settled(zim.service.invite(invite)));
    expect(error).toMatchObject({ kind: 'connection', outcome: 'unknown', attempts: 3 });
    expect(error.retryAfterMs).toBeUndefined();
    expect(error.message).toContain('before that: the connection broke');
  });

  it('keeps the code of a later attempt that ZIM rejected', async () => {
    await zim.given([reset, envelope({ Code: 660900005 })]);
    expect(await failureOf(zim.settled(zim.service.accept(answer)))).toMatchObject({
      kind: 'call-state',
      outcome: 'unknown',
      vendorCode: 660900005,
    });
  });

  it.each(['accept', 'reject'] as const)('repeats %s unasked', async (method) => {
    await zim.given([reset, envelope({ Code: 0 })]);
    await zim.settled(zim.service[method](answer));
    expect(zim.server.requests).toHaveLength(2);
  });

  it.each([{ onUnknown: 'never' }, { onUnknown: null }])('refuses %j', async (options) => {
    await zim.given([accepted]);
    expect((await failureOf(zim.service.invite(invite, options as object))).message).toContain(
      'onUnknown must be one of throw, retry',
    );
  });
});

describe('policies', () => {
  it('noRetry makes one request', async () => {
    await zim.given([throttled], { retry: noRetry });
    expect((await failureOf(zim.service.invite(invite))).attempts).toBe(1);
  });

  it('persistentRetry goes on until the deadline', async () => {
    await zim.given([accepted], { retry: persistentRetry });
    const options = { retry: persistentRetry, deadlineMs: 300_000, requestTimeoutMs: 300_000 };
    const client = await createClient(await deadUrl(), options);
    const call = failureOf(client.service.invite(invite));
    const error = await client.runtime.advanceUntilSettled(call, 30_000);
    expect([error.outcome, error.attempts > 15]).toEqual(['not-sent', true]);
    await client.module.close();
  });

  it('spread waits over their whole length, doubled each time, up to the longest', async () => {
    await zim.given([accepted]);
    const runtime = new ManualRuntime();
    runtime.randomValue = 0.999;
    const retry = { ...standardRetry, maxAttempts: 5, baseDelayMs: 100, maxDelayMs: 300 };
    const client = await createClient(await deadUrl(), { retry }, runtime);
    await failureOf(client.settled(client.service.invite(invite)));
    expect(runtime.waits.map(Math.round)).toEqual([100, 200, 300, 300]);
    await client.module.close();
  });

  it('stop repeating when the budget of the client is spent, until it fills up', async () => {
    const budget = { capacity: 2, perCall: 0.25, perSecond: 0.1 };
    await zim.given([throttled], { retry: { ...standardRetry, budget } });
    const attempts = async () =>
      (await failureOf(zim.settled(zim.service.invite(invite)))).attempts;
    expect(await attempts()).toBe(3);
    expect(await attempts()).toBeLessThan(3);
    zim.runtime.advance(60_000);
    expect(await attempts()).toBe(3);
  });

  it('earn a part of a retry with each call', async () => {
    const budget = { capacity: 1, perCall: 0.5, perSecond: 0 };
    await zim.given([throttled], { retry: { ...standardRetry, maxAttempts: 2, budget } });
    const attempts = async () =>
      (await failureOf(zim.settled(zim.service.invite(invite)))).attempts;
    expect([await attempts(), await attempts(), await attempts()]).toEqual([2, 1, 2]);
  });
});

describe('several servers', () => {
  it('take over unsent requests from one that cannot be reached, and keep being called', async () => {
    await zim.given([accepted]);
    const client = await createClient('unused', { baseUrl: [await deadUrl(), zim.server.url] });
    await client.settled(client.service.invite(invite));
    await client.settled(client.service.invite(invite));
    expect(client.runtime.waits).toEqual([100]);
    client.runtime.advance(60_000);
    await client.settled(client.service.invite(invite));
    expect(client.runtime.waits).toEqual([100, 100]);
    await client.module.close();
  });

  it("stay preferred when a call's deadline was too short to reach them", async () => {
    await zim.given([accepted]);
    const other = await ScriptedServer.start(accepted);
    let isReady = false;
    const serverSecret = () => (isReady ? 'secret' : new Promise<string>(() => undefined));
    const baseUrl = [zim.server.url, other.url];
    const client = await createClient('unused', { baseUrl, serverSecret });
    const impatient = failureOf(client.settled(client.service.invite(invite, { deadlineMs: 50 })));
    expect(await impatient).toMatchObject({ outcome: 'not-sent' });
    isReady = true;
    await client.settled(client.service.invite(invite));
    expect([zim.server.requests.length, other.requests.length]).toEqual([1, 0]);
    await client.module.close();
    await other.stop();
  });

  it('are chosen by what another call found out before', async () => {
    await zim.given([accepted]);
    const client = await createClient('unused', { baseUrl: [await deadUrl(), zim.server.url] });
    const calls = [1, 2, 3].map(() => client.settled(client.service.invite(invite)));
    expect(await Promise.all(calls)).toHaveLength(3);
    expect(zim.server.requests).toHaveLength(3);
    await client.module.close();
  });

  it.each<[string, Script, string]>([
    ['may have happened', reset, 'unknown'],
    ['was refused', throttled, 'refused'],
    ['was rejected', envelope({ Code: 660500002 }), 'rejected'],
  ])('never get what %s', async (_, script, outcome) => {
    await zim.given([script]);
    const other = await ScriptedServer.start(accepted);
    const client = await createClient('unused', {
      baseUrl: [zim.server.url, other.url],
      onUnknown: 'retry',
    });
    expect((await failureOf(client.settled(client.service.invite(invite)))).outcome).toBe(outcome);
    expect(other.requests).toEqual([]);
    await client.module.close();
    await other.stop();
  });

  it('never get a request that another server may have carried out', async () => {
    await zim.given([accepted]);
    const dying = await ScriptedServer.start((response) => {
      response.socket?.resetAndDestroy();
      void dying.stop();
    });
    const client = await createClient('unused', {
      baseUrl: [dying.url, zim.server.url],
      onUnknown: 'retry',
    });
    const error = await failureOf(client.settled(client.service.invite(invite)));
    expect([error.outcome, error.attempts]).toEqual(['unknown', 3]);
    expect(zim.server.requests).toEqual([]);
    await client.module.close();
  });
});

describe('the first request of a client', () => {
  it('goes ahead of the others for at most a second', async () => {
    await zim.given([() => undefined, accepted]);
    const first = failureOf(zim.settled(zim.service.invite(invite)));
    await zim.server.received(1);
    expect(
      await Promise.all([
        zim.settled(zim.service.invite(invite)),
        zim.settled(zim.service.invite(invite)),
      ]),
    ).toHaveLength(2);
    expect(zim.runtime.waits).toEqual([1000, 1000]);
    zim.runtime.advance(5_000);
    expect((await first).outcome).toBe('unknown');
  });
});
