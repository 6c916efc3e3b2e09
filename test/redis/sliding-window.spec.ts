import { systemRuntime } from '../../libs/zim-call/src/time/runtime.js';
import { keepsLimiterContract } from '../../libs/zim-call/src/testing/limiter-contract.js';
import { clusterOptions, RedisServer } from '../support/redis-server.js';
import { ask, nowMs, LimiterScene, take } from '../support/limiter-scene.js';

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

describe('RedisSlidingWindow', () => {
  keepsLimiterContract(async (settings) => ({
    ring: (await scene.instance('one', { settings })).ring,
    nowMs,
  }));

  it('is one for all instances, each of which knows how many share it', async () => {
    const [a, b] = [await scene.instance('a'), await scene.instance('b')];
    const times = [...(await take(a, 10)), ...(await take(b, 10)), ...(await take(a, 1))];
    expect((times[19] ?? 0) - (times[0] ?? 0)).toBeLessThan(200);
    expect((times[20] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    expect(await b.ring.reserve(ask)).toMatchObject({ activeInstances: 2 });
    expect(b.client.instances).toBeGreaterThanOrEqual(2);
  });

  it('takes one round trip for a slot', async () => {
    const a = await scene.instance('a');
    await take(a, 1);
    const before = a.client.roundTrips;
    await take(a, 50);
    expect(a.client.roundTrips - before).toBe(50);
  });

  it('answers in time to a process that stood still meanwhile', async () => {
    const a = await scene.instance('a', { runtime: systemRuntime });
    await take(a, 1);
    const answer = a.ring.reserve(ask);
    const untilMs = nowMs() + 150;
    while (nowMs() < untilMs);
    expect(await answer).toMatchObject({ activeInstances: 1 });
  });

  it.each([
    ['look', 0],
    ['pause', 1],
  ] as const)(
    'that answers "%s" late gives %d signs that it is back',
    async (operation, expected) => {
      const a = await scene.instance('a', { runtime: systemRuntime });
      await take(a, 1);
      let signs = 0;
      a.client.onLateAnswer = () => signs++;
      await scene.admin.call('CLIENT', 'PAUSE', '250');
      await expect(
        a.client.ask(operation, Object.values(scene.keys), ['', 20, 1_000, 1, 0]),
      ).rejects.toThrow();
      await scene.answered();
      expect(signs).toBe(expected);
    },
  );

  it('is given its script again after a flush', async () => {
    const a = await scene.instance('a');
    await take(a, 20);
    await scene.admin.script('FLUSH');
    const [next = 0] = await take(a, 1);
    expect(next - nowMs()).toBeGreaterThan(900);
  });

  it('forgets keys that nobody uses, and shares a node by their braces', async () => {
    await take(await scene.instance('a'), 1);
    for (const key of Object.values(scene.keys)) {
      expect(key).toContain('{1}');
      expect(await scene.admin.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('that was lost is founded anew, closed until all that may be held has fired', async () => {
    const [a, b] = [await scene.instance('a'), await scene.instance('b')];
    await take(a, 15);
    await take(b, 5);
    await scene.admin.flushall();
    const refused = await a.ring.reserve(ask);
    expect(refused).toMatchObject({ tooLate: false });
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    expect(await scene.admin.zcard(scene.keys.slots)).toBe(15);
    expect(await b.ring.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await scene.admin.zcard(scene.keys.slots)).toBe(20);
  });

  it.each([2_000, -2_000])('whose clock steps by %d ms is founded anew', async (stepMs) => {
    const [a, b] = [await scene.instance('a'), await scene.instance('b')];
    await take(a, 10);
    await take(b, 10);
    const id = await scene.admin.hget(scene.keys.ring, 'id');
    // As a process sees it whose Redis is another now: its own idea of Redis's time is off.
    for (const { client } of [a, b]) {
      const sentMs = nowMs();
      client.clock.learn(sentMs, sentMs, (client.clock.toRemote(sentMs) ?? 0) - stepMs);
    }
    const refused = await a.ring.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    const founded = await scene.admin.hget(scene.keys.ring, 'id');
    expect(founded).not.toBe(id);
    expect(await b.ring.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await scene.admin.hget(scene.keys.ring, 'id')).toBe(founded);
    const scores = await scene.admin.zrange(scene.keys.slots, 0, '-1', 'WITHSCORES');
    const [seconds] = await scene.admin.time();
    expect(scores).toHaveLength(40);
    for (const score of scores.filter((_, index) => index % 2 === 1)) {
      expect(Math.abs(Number(score) / 1_000 - Number(seconds))).toBeLessThan(3);
    }
  });

  it('is closed for all when one pauses it', async () => {
    const [a, b] = [await scene.instance('a'), await scene.instance('b')];
    await take(a, 1);
    await take(b, 1);
    await b.ring.pause();
    const refused = await a.ring.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(900);
  });
});

describe('a Redis Cluster', () => {
  it('holds a ring as well', async () => {
    const cluster = await RedisServer.start(clusterOptions());
    try {
      const settings = { limit: 5, windowMs: 1_000 };
      const url = [await cluster.formCluster()];
      const times = await take(await scene.instance('a', { settings, url }), 6);
      expect((times[5] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    } finally {
      scene.closeLinks();
      await cluster.kill();
    }
  });
});
