import type { RingStatus } from 'nestjs-zim-dispatch';
import { ZimSandbox } from 'zim-sandbox';
import { RedisServer } from '../support/redis-server.js';
import { SampleProcess } from '../support/sample-process.js';

const app = { appId: 12345, serverSecret: 'server-secret', callbackSecret: 'callback-secret' };
let redis: RedisServer;
let sandbox: ZimSandbox;
let a: SampleProcess;
let b: SampleProcess;

beforeAll(async () => {
  redis = await RedisServer.start();
  sandbox = await ZimSandbox.start({ apps: [app], users: ['alice', 'bob', 'carol'] });
  const variables = {
    ZIM_APP_ID: String(app.appId),
    ZIM_SERVER_SECRET: app.serverSecret,
    ZIM_CALLBACK_SECRET: app.callbackSecret,
    ZIM_BASE_URL: sandbox.url,
    ZIM_REDIS_URL: redis.url,
  };
  [a, b] = await Promise.all([SampleProcess.start(variables), SampleProcess.start(variables)]);
});
afterAll(async () => {
  await Promise.all([a.stop(), b.stop()]);
  await sandbox.stop();
  await redis.kill();
});

async function invite(): Promise<string> {
  const response = await fetch(`${a.url}/calls`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ fromUserId: 'alice', userIds: ['bob', 'carol'], timeoutSeconds: 30 }),
  });
  return ((await response.json()) as { callId: string }).callId;
}

const outcomeOn = (instance: SampleProcess, callId: string) =>
  instance.line((line) => line.callId === callId && line.result !== undefined);

describe('two instances and one Redis', () => {
  it('a callback that reaches one ends the waiting on the other', async () => {
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const callId = await invite();
    sandbox.devices.reject({ callId, userId: 'bob' });
    sandbox.devices.accept({ callId, userId: 'carol' });
    expect(await outcomeOn(a, callId)).toMatchObject({ result: 'accepted', acceptedBy: ['carol'] });
    expect(a.count('ZIM calls back')).toBe(0);
  });

  it('withdraw a call that the other has made, which ends the waiting there', async () => {
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const callId = await invite();
    const response = await fetch(`${b.url}/calls/${callId}`, { method: 'DELETE' });
    const withdrawn = { result: 'withdrawn' };
    expect(await response.json()).toMatchObject({ users: [withdrawn, withdrawn] });
    expect(await outcomeOn(a, callId)).toMatchObject({ result: 'cancelled' });
  });

  it('share the answers that clients report', async () => {
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const callId = await invite();
    await fetch(`${b.url}/calls/${callId}/answers`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ userId: 'bob', type: 'accepted' }),
    });
    expect(await outcomeOn(a, callId)).toMatchObject({ result: 'accepted', acceptedBy: ['bob'] });
  });

  it('stream the events of a call that the other has made, and answer 404 for one that none knows', async () => {
    const callId = await invite();
    const stop = new AbortController();
    const known = await fetch(`${b.url}/calls/${callId}/events`, { signal: stop.signal });
    expect([known.status, known.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    stop.abort();
    expect((await fetch(`${b.url}/calls/nonsense/events`)).status).toBe(404);
  });

  it('run the handlers of a callback once, whichever instance gets it again', async () => {
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const callId = await invite();
    sandbox.devices.accept({ callId, userId: 'bob' });
    await outcomeOn(a, callId);
    await sandbox.callbacks.idle();
    const deliveries = sandbox.callbacks.deliveries().filter((one) => one.callId === callId);
    sandbox.callbacks.setUrl(`${a.url}/zim/callbacks`);
    for (const { id } of deliveries) await sandbox.callbacks.resend(id);
    expect(sandbox.callbacks.deliveries().map(({ attempts }) => attempts.at(-1)?.status)).toEqual(
      sandbox.callbacks.deliveries().map(() => 200),
    );
    expect(a.count('ZIM calls back')).toBe(0);
  });

  it('share the quota: of calls to both none is refused', async () => {
    const post = ({ url }: SampleProcess) =>
      fetch(`${url}/calls`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ fromUserId: 'alice', userIds: ['bob'] }),
      });
    // Each instance learns from its first replies how fast a reply is, and so which requests arrived late.
    for (let i = 0; i < 6; i++) expect((await post(i % 2 ? a : b)).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => post(i % 2 ? a : b)));
    expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(201));
    const codes = sandbox.journal.entries().map(({ code }) => code);
    expect(codes.filter((code) => code !== 0)).toEqual([]);
    const { details } = (await (await fetch(`${a.url}/health/ready`)).json()) as {
      details: Record<string, unknown>;
    };
    expect(details['zim']).toMatchObject({ status: 'up', state: 'shared', instances: 2 });
  });

  it('share ring plans: the other follows the plan that one has started, and cancels it', async () => {
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const steps = [{ userIds: ['bob'] }, { userIds: ['carol'] }];
    const response = await fetch(`${a.url}/rings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ version: 1, fromUserId: 'alice', steps }),
    });
    const path = response.headers.get('location') ?? '';
    const stop = sandbox.calls.onChange(({ call: { callId, ringing } }) => {
      if (ringing.includes('bob'))
        setImmediate(() => {
          sandbox.devices.reject({ callId, userId: 'bob' });
        });
      if (ringing.includes('carol')) void fetch(`${b.url}${path}`, { method: 'DELETE' });
    });
    const events = await (await fetch(`${b.url}${path}/events`)).text();
    stop();
    expect(events).toMatch(/^event: cancelling$/m);
    const status = (await (await fetch(`${a.url}${path}`)).json()) as RingStatus;
    expect(status).toMatchObject({
      state: 'ended',
      result: { result: 'cancelled', calls: [{ step: 0, outcome: 'no-answer' }, { step: 1 }] },
    });
    const calls = status.calls.map(({ callId = '' }) => sandbox.calls.get(callId));
    expect(calls).toMatchObject([{ ringing: [] }, { ringing: [] }]);
    const id = path.replace('/rings/', '');
    const isEnd = (line: object) => 'id' in line && line.id === id && 'result' in line;
    const end = await Promise.race([a.line(isEnd), b.line(isEnd)]);
    expect(end).toMatchObject({ context: 'Rings', result: 'cancelled' });
  });

  it('go on without Redis, say so once, and share again when it is back, empty', async () => {
    await redis.kill();
    await Promise.all([a, b].map((one) => one.line(({ context }) => context === 'ZimRedis')));
    sandbox.callbacks.setUrl(`${a.url}/zim/callbacks`);
    const alone = await invite();
    sandbox.devices.accept({ callId: alone, userId: 'bob' });
    expect(await outcomeOn(a, alone)).toMatchObject({ acceptedBy: ['bob'] });
    expect((await fetch(`${a.url}/health/ready`)).status).toBe(200);

    await redis.boot();
    const isBack = ({ message }: { message?: unknown }) =>
      String(message).includes('Redis is back');
    await Promise.all([a.line(isBack), b.line(isBack)]);
    sandbox.callbacks.setUrl(`${b.url}/zim/callbacks`);
    const together = await invite();
    sandbox.devices.accept({ callId: together, userId: 'carol' });
    expect(await outcomeOn(a, together)).toMatchObject({ acceptedBy: ['carol'] });
    for (const instance of [a, b]) {
      expect(instance.count('Redis is unavailable')).toBeLessThanOrEqual(2);
      expect(instance.count('Redis is back')).toBeLessThanOrEqual(2);
    }
  });
});
