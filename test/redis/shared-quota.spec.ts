import { systemRuntime } from '../../libs/zim-call/src/time/runtime.js';
import { ask, type Instance, nowMs, LimiterScene, take } from '../support/limiter-scene.js';
import { TcpProxy } from '../support/tcp-proxy.js';

// Two instances: without Redis each sends eight of twenty a second.
const ofOne = 8;

let scene: LimiterScene;

beforeAll(async () => {
  scene = await LimiterScene.start();
});
afterAll(() => scene.stop());
beforeEach(() => {
  scene.nextQuota();
});
afterEach(() => {
  scene.closeLinks();
});

async function twoInstances(): Promise<[Instance, Instance]> {
  const [a, b] = [await scene.instance('a'), await scene.instance('b')];
  await take(a, 1);
  await take(b, 1);
  await take(a, 1);
  return [a, b];
}

/** How many slots an instance is given for this moment. */
async function slotsNow({ ring }: Instance): Promise<number> {
  for (let count = 0; ; count++) {
    const { slot } = await ring.reserve({ ...ask, withinMs: 300 });
    if (slot === undefined) return count;
  }
}

/** Time goes by: asks until the answer is as wanted. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo()));
}

/** An instance that has calls waiting, and asks again at once if it is well. */
const reserveOneOfMany = ({ ring }: Instance) =>
  ring.reserve({ ...ask, withinMs: 300, nextRequestByMs: nowMs() });

const isQuiet = async ({ client }: Instance) => {
  const fields = await scene.admin.hget(scene.keys.ring, `at:${client.instance}`);
  const [seconds, micros] = await scene.admin.time();
  return Number(fields?.split(' ')[0]) < Number(seconds) * 1_000 + Number(micros) / 1_000;
};

describe('a quota of which an instance may send a part alone', () => {
  it('leaves room for one that fell silent though calls wait there, until it asks again', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await until(() => isQuiet(b));
    expect(await slotsNow(a)).toBe(20 - ofOne - 4);
    await b.ring.reserve(ask);
    expect(await slotsNow(a)).toBe(ofOne - 1);
  });

  it('leaves no room for one that has nothing to send', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await b.ring.rest();
    expect(await scene.admin.hget(scene.keys.ring, 'at:b')).toBe('');
    expect(await slotsNow(a)).toBe(20 - 4);
  });

  it('leaves no room for one that has said goodbye', async () => {
    const [a, b] = await twoInstances();
    await reserveOneOfMany(b);
    await until(() => isQuiet(b));
    await b.client.ask('leave', Object.values(scene.keys), []);
    expect(await slotsNow(a)).toBe(20 - 4);
  });

  it('leaves room, when one is back, for those that are not seen again yet', async () => {
    const [a, b] = await twoInstances();
    const sinceMs = nowMs();
    await a.ring.join('returned', { sinceMs, lastLookMs: sinceMs });
    expect(await slotsNow(a)).toBe(20 - ofOne - 3);
    await b.ring.join('returned', { sinceMs, lastLookMs: sinceMs });
    await b.ring.reserve(ask);
    expect(await slotsNow(a)).toBe(ofOne - 1);
  });

  it('leaves room for others in a Redis that comes back empty', async () => {
    const [a, b] = await twoInstances();
    await scene.admin.flushall();
    const absence = { sinceMs: nowMs() - 10_000, lastLookMs: nowMs() };
    await a.ring.join('returned', absence);
    expect(await slotsNow(a)).toBe(20 - ofOne - 2);
    await b.ring.join('returned', absence);
    expect(await slotsNow(a)).toBe(0);
    await b.ring.reserve(ask);
    expect(await slotsNow(a)).toBe(ofOne - 2);
  });

  it('that is empty after a short absence stays closed until all that may be held has fired', async () => {
    const a = await scene.instance('a');
    await a.ring.join('returned', { sinceMs: nowMs(), lastLookMs: nowMs() });
    const refused = await a.ring.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_000);
  });

  it('gives each at least its own part, whoever is gone', async () => {
    const a = await scene.instance('a');
    await take(a, 1);
    for (const name of ['x', 'y', 'z']) {
      const gone = await scene.instance(name);
      await gone.ring.reserve({ ...ask, nextRequestByMs: nowMs() });
      await until(() => isQuiet(gone));
    }
    // What they might send alone is more than the quota allows besides what is sent already.
    const grants = await Promise.all(Array.from({ length: 4 }, () => a.ring.reserve(ask)));
    for (const { slot } of grants) expect((slot?.atMs ?? 0) - nowMs()).toBeLessThan(1_100);
  });

  it('is told when it can be reckoned with that an instance sends alone', async () => {
    const [, b] = await twoInstances();
    await reserveOneOfMany(b);
    expect(b.ring.roomMadeAtMs - nowMs()).toBeGreaterThan(1_100);
    expect(b.ring.roomMadeAtMs - nowMs()).toBeLessThan(1_500);
  });
});

describe('a question that reaches Redis when nobody waits for it any more', () => {
  it('takes no slot, and does not count as a sign of life', async () => {
    const b = await scene.instance('b', { runtime: systemRuntime });
    await reserveOneOfMany(b);
    const field = await scene.admin.hget(scene.keys.ring, 'at:b');
    const seen = await scene.admin.zscore(scene.keys.instances, 'b');
    await scene.admin.call('CLIENT', 'PAUSE', '480');
    await expect(b.ring.reserve(ask)).rejects.toThrow('no answer within');
    await scene.answered();
    expect(await scene.admin.zcard(scene.keys.slots)).toBe(1);
    expect(await scene.admin.hget(scene.keys.ring, 'at:b')).toBe(field);
    expect(await scene.admin.zscore(scene.keys.instances, 'b')).toBe(seen);
  });
});

describe('a ring that another clock has left behind', () => {
  it.each(['opensAt', 'slots'])('with impossible %s is founded anew', async (what) => {
    const a = await scene.instance('a');
    await take(a, 1);
    const [seconds] = await scene.admin.time();
    const inAnHour = (Number(seconds) + 3_600) * 1_000;
    if (what === 'opensAt') await scene.admin.hset(scene.keys.ring, 'opensAt', inAnHour);
    for (let slot = 0; what === 'slots' && slot < 20; slot++) {
      await scene.admin.zadd(scene.keys.slots, inAnHour, `x:${slot}:${inAnHour}`);
    }
    for (const one of [a, await scene.instance('new')]) {
      const grant = await one.ring.reserve(ask);
      expect(grant).toMatchObject({ tooLate: false });
      expect(grant.slot === undefined && grant.waitMs).toBeLessThan(2_000);
    }
  });

  it('counts instances for no longer than if they had been seen now', async () => {
    const a = await scene.instance('a');
    const [seconds] = await scene.admin.time();
    await scene.admin.zadd(scene.keys.instances, (Number(seconds) + 3_600) * 1_000, 'x');
    await take(a, 1);
    expect(Number(await scene.admin.zscore(scene.keys.instances, 'x'))).toBeLessThan(
      (Number(seconds) + 60) * 1_000,
    );
  });
});

describe('an instance whose way to Redis is 80 ms longer', () => {
  it('lets nobody send the 21st request within a second of its first', async () => {
    const proxy = await TcpProxy.start(scene.server.port, 40);
    try {
      const near = await scene.instance('near');
      const far = await scene.instance('far', { url: `redis://127.0.0.1:${proxy.port}` });
      await near.client.ask('hello', Object.values(scene.keys), []);
      await far.client.ask('hello', Object.values(scene.keys), []);
      const grants = await Promise.all(Array.from({ length: 20 }, () => far.ring.reserve(ask)));
      const sends = grants.flatMap(({ slot }) => slot ?? []);
      expect(sends).toHaveLength(20);
      const reports = sends.map(({ id, atMs }) => ({ id, usedAtMs: atMs }));
      await far.ring.reserve({ ...ask, withinMs: 0, reports });
      const [next = 0] = await take(near, 1);
      const first = Math.min(...reports.map(({ usedAtMs }) => usedAtMs));
      expect(next - first).toBeGreaterThanOrEqual(1_000);
      expect(next - first).toBeLessThan(1_150);
    } finally {
      await proxy.stop();
    }
  });
});
