import { systemRuntime } from '../time/runtime.js';
import { ask, type Instance, nowMs, reserve, useLimiterScene } from '../testing/limiter-scene.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

// Two instances: without Redis each sends eight of twenty requests per second.
const fallbackLimit = 8;

const scene = useLimiterScene();

async function twoInstances(): Promise<[Instance, Instance]> {
  const [a, b] = [await scene().instance('a'), await scene().instance('b')];
  await reserve(a, 1);
  await reserve(b, 1);
  await reserve(a, 1);
  return [a, b];
}

/** Counts the slots that an instance is granted for this moment. */
async function slotsNow({ limiter }: Instance): Promise<number> {
  for (let count = 0; ; count++) {
    const { slot } = await limiter.reserve({ ...ask, withinMs: 300 });
    if (slot === undefined) return count;
  }
}

/** Polls until a condition holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

/** Reserves for an instance in which more calls wait, and which announces its next request for now. */
const reserveOneOfMany = ({ limiter }: Instance) =>
  limiter.reserve({ ...ask, withinMs: 300, nextRequestByMs: nowMs() });

const isQuiet = async ({ client }: Instance) => {
  const fields = await scene().admin.hget(scene().keys.meta, `at:${client.instance}`);
  const [seconds, micros] = await scene().admin.time();
  return Number(fields?.split(' ')[0]) < Number(seconds) * 1_000 + Number(micros) / 1_000;
};

describe('RedisSlidingWindow, while instances may use their fallbacks', () => {
  it('reserves a part for an instance that fell silent although calls wait there, until its next request', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await until(() => isQuiet(b));
    expect(await slotsNow(a)).toBe(20 - fallbackLimit - 4);
    await b.limiter.reserve(ask);
    expect(await slotsNow(a)).toBe(fallbackLimit - 1);
  });

  it('reserves nothing for an instance that has nothing to send', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await b.limiter.idle();
    expect(await scene().admin.hget(scene().keys.meta, 'at:b')).toBe('');
    expect(await slotsNow(a)).toBe(20 - 4);
  });

  it('reserves nothing for an instance that has left', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await until(() => isQuiet(b));
    await b.client.run('leave', Object.values(scene().keys));
    expect(await slotsNow(a)).toBe(20 - 4);
  });

  it('reserves parts, when one instance is back, for those that are not back yet', async () => {
    const [a, b] = await twoInstances();
    const sinceMs = nowMs();
    await a.limiter.join('returned', { sinceMs, lastProbeMs: sinceMs });
    expect(await slotsNow(a)).toBe(20 - fallbackLimit - 3);
    await b.limiter.join('returned', { sinceMs, lastProbeMs: sinceMs });
    await b.limiter.reserve(ask);
    expect(await slotsNow(a)).toBe(fallbackLimit - 1);
  });

  it('reserves parts for other instances in a Redis that comes back empty', async () => {
    const [a, b] = await twoInstances();
    await scene().admin.flushall();
    const outage = { sinceMs: nowMs() - 10_000, lastProbeMs: nowMs() };
    await a.limiter.join('returned', outage);
    expect(await slotsNow(a)).toBe(20 - fallbackLimit - 2);
    await b.limiter.join('returned', outage);
    expect(await slotsNow(a)).toBe(0);
    await b.limiter.reserve(ask);
    expect(await slotsNow(a)).toBe(fallbackLimit - 2);
  });

  it('stays closed after a short outage that emptied Redis, until all held slots have fired', async () => {
    const a = await scene().instance('a');
    await a.limiter.join('returned', { sinceMs: nowMs(), lastProbeMs: nowMs() });
    const refused = await a.limiter.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_000);
  });

  it('grants each instance at least its own part, whatever is reserved for others', async () => {
    const a = await scene().instance('a');
    await reserve(a, 1);
    for (const name of ['x', 'y', 'z']) {
      const gone = await scene().instance(name);
      await gone.limiter.reserve({ ...ask, nextRequestByMs: nowMs() });
      await until(() => isQuiet(gone));
    }
    // Their fallbacks might send more than the quota allows besides what is sent already.
    const grants = await Promise.all(Array.from({ length: 4 }, () => a.limiter.reserve(ask)));
    for (const { slot } of grants) expect((slot?.atMs ?? 0) - nowMs()).toBeLessThan(1_100);
  });

  it('knows when the part for the fallback of an instance is reserved', async () => {
    const [, b] = await twoInstances();
    await reserveOneOfMany(b);
    expect(b.limiter.fallbackReservedAtMs - nowMs()).toBeGreaterThan(1_100);
    expect(b.limiter.fallbackReservedAtMs - nowMs()).toBeLessThan(1_500);
  });
});

describe('a request that reaches Redis after its reply is no longer waited for', () => {
  it('reserves no slot, and does not count as a sign of life', async () => {
    const b = await scene().instance('b', { runtime: systemRuntime });
    await reserveOneOfMany(b);
    const field = await scene().admin.hget(scene().keys.meta, 'at:b');
    const seen = await scene().admin.zscore(scene().keys.instances, 'b');
    await scene().admin.call('CLIENT', 'PAUSE', '480');
    await expect(b.limiter.reserve(ask)).rejects.toThrow('no answer within');
    await scene().answered();
    expect(await scene().admin.zcard(scene().keys.slots)).toBe(1);
    expect(await scene().admin.hget(scene().keys.meta, 'at:b')).toBe(field);
    expect(await scene().admin.zscore(scene().keys.instances, 'b')).toBe(seen);
  });
});

describe('a window that was written by another clock', () => {
  it.each(['opensAt', 'slots'])('starts again if it has impossible %s', async (what) => {
    const a = await scene().instance('a');
    await reserve(a, 1);
    const [seconds] = await scene().admin.time();
    const inAnHour = (Number(seconds) + 3_600) * 1_000;
    if (what === 'opensAt') await scene().admin.hset(scene().keys.meta, 'opensAt', inAnHour);
    for (let slot = 0; what === 'slots' && slot < 20; slot++) {
      await scene().admin.zadd(scene().keys.slots, inAnHour, `x:${slot}:${inAnHour}`);
    }
    for (const one of [a, await scene().instance('new')]) {
      const grant = await one.limiter.reserve(ask);
      expect(grant).toMatchObject({ tooLate: false });
      expect(grant.slot === undefined && grant.waitMs).toBeLessThan(2_000);
    }
  });

  it('counts instances for no longer than if they had been seen now', async () => {
    const a = await scene().instance('a');
    const [seconds] = await scene().admin.time();
    await scene().admin.zadd(scene().keys.instances, (Number(seconds) + 3_600) * 1_000, 'x');
    await reserve(a, 1);
    expect(Number(await scene().admin.zscore(scene().keys.instances, 'x'))).toBeLessThan(
      (Number(seconds) + 60) * 1_000,
    );
  });
});

describe('an instance whose round trip to Redis is 80 ms longer', () => {
  it('lets no instance send the 21st request within a second of the first', async () => {
    const proxy = await TcpProxy.start(scene().server.port, 40);
    try {
      const near = await scene().instance('near');
      const far = await scene().instance('far', { url: `redis://127.0.0.1:${proxy.port}` });
      await near.client.run('hello', Object.values(scene().keys));
      await far.client.run('hello', Object.values(scene().keys));
      const grants = await Promise.all(Array.from({ length: 20 }, () => far.limiter.reserve(ask)));
      const sends = grants.flatMap(({ slot }) => slot ?? []);
      expect(sends).toHaveLength(20);
      const reports = sends.map(({ id, atMs }) => ({ id, usedAtMs: atMs }));
      await far.limiter.reserve({ ...ask, withinMs: 0, reports });
      const [next = 0] = await reserve(near, 1);
      const first = Math.min(...reports.map(({ usedAtMs }) => usedAtMs));
      expect(next - first).toBeGreaterThanOrEqual(1_000);
      expect(next - first).toBeLessThan(1_150);
    } finally {
      await proxy.stop();
    }
  });
});
