import { systemRuntime } from '../time/runtime.js';
import { testSlidingWindowLimiter } from '../testing/limiter-contract.js';
import { clusterOptions, RedisServer } from '../../../../test/support/redis-server.js';
import { ask, nowMs, reserve, useLimiterScene } from '../testing/limiter-scene.js';

const scene = useLimiterScene();

describe('RedisSlidingWindow', () => {
  testSlidingWindowLimiter(async (settings) => ({
    limiter: (await scene().instance('one', { settings })).limiter,
    nowMs,
  }));

  it('is shared by all instances, each of which learns how many there are', async () => {
    const [a, b] = [await scene().instance('a'), await scene().instance('b')];
    const times = [...(await reserve(a, 10)), ...(await reserve(b, 10)), ...(await reserve(a, 1))];
    expect((times[19] ?? 0) - (times[0] ?? 0)).toBeLessThan(200);
    expect((times[20] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    expect(await b.limiter.reserve(ask)).toMatchObject({ activeInstances: 2 });
    expect(b.client.instances).toBeGreaterThanOrEqual(2);
  });

  it('counts a first slot for as long as it may come late, which a slow first reply hides', async () => {
    const settings = { limit: 1, windowMs: 1_000 };
    const b = await scene().instance('b');
    await b.client.run('hello', Object.values(scene().keys));
    const a = await scene().instance('a', { settings });
    const first = a.limiter.reserve(ask);
    const untilMs = nowMs() + 40;
    while (nowMs() < untilMs);
    const used = (await first).slot?.atMs ?? 0;
    const next = (await a.limiter.reserve(ask)).slot?.atMs ?? 0;
    expect(next - (used + ask.spreadMs)).toBeGreaterThanOrEqual(settings.windowMs);
  });

  it('takes one round trip for a slot', async () => {
    const a = await scene().instance('a');
    await reserve(a, 1);
    const before = a.client.roundTrips;
    await reserve(a, 50);
    expect(a.client.roundTrips - before).toBe(50);
  });

  it('reads a reply that came while the process stood still', async () => {
    const a = await scene().instance('a', { runtime: systemRuntime });
    await reserve(a, 1);
    const answer = a.limiter.reserve(ask);
    const untilMs = nowMs() + 150;
    while (nowMs() < untilMs);
    expect(await answer).toMatchObject({ activeInstances: 1 });
  });

  it.each([
    ['probe', 0],
    ['pause', 1],
  ] as const)(
    'takes a late reply to "%s" for %d signs that Redis is back',
    async (operation, expected) => {
      const a = await scene().instance('a', { runtime: systemRuntime });
      await reserve(a, 1);
      let signs = 0;
      a.client.onLateReply = () => signs++;
      await scene().admin.call('CLIENT', 'PAUSE', '250');
      await expect(
        a.client.run(operation, Object.values(scene().keys), ['', 20, 1_000, 1, 0]),
      ).rejects.toThrow();
      await scene().answered();
      expect(signs).toBe(expected);
    },
  );

  it('gives the last 100 round trips of all instances to those that want them', async () => {
    const [a, b] = [await scene().instance('a'), await scene().instance('b')];
    const trips = Array.from({ length: 60 }, (_, index) => index + 0.5);
    await a.limiter.reserve({ ...ask, roundTripsMs: trips });
    await b.limiter.reserve({ ...ask, roundTripsMs: [...trips, 123_456] });
    const grant = await b.limiter.reserve({ ...ask, wantsRoundTrips: true });
    expect(grant).toMatchObject({ roundTripsMs: [...trips.slice(21), ...trips, 99_999] });
    expect(await a.limiter.reserve(ask)).toMatchObject({ roundTripsMs: undefined });
  });

  it('sends its script again after a flush', async () => {
    const a = await scene().instance('a');
    await reserve(a, 20);
    await scene().admin.script('FLUSH');
    const [next = 0] = await reserve(a, 1);
    expect(next - nowMs()).toBeGreaterThan(900);
  });

  it('lets its keys expire, and keeps them on one node by their braces', async () => {
    await reserve(await scene().instance('a'), 1);
    for (const key of Object.values(scene().keys)) {
      expect(key).toContain('{1}');
      expect(await scene().admin.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('starts again if its keys were lost, closed until all held slots have fired', async () => {
    const [a, b] = [await scene().instance('a'), await scene().instance('b')];
    await reserve(a, 15);
    await reserve(b, 5);
    await scene().admin.flushall();
    const refused = await a.limiter.reserve(ask);
    expect(refused).toMatchObject({ tooLate: false });
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    expect(await scene().admin.zcard(scene().keys.slots)).toBe(15);
    expect(await b.limiter.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await scene().admin.zcard(scene().keys.slots)).toBe(20);
  });

  it.each([2_000, -2_000])('starts again if the clock of Redis steps by %d ms', async (stepMs) => {
    const [a, b] = [await scene().instance('a'), await scene().instance('b')];
    await reserve(a, 10);
    await reserve(b, 10);
    const id = await scene().admin.hget(scene().keys.meta, 'id');
    // As a process sees it whose Redis was replaced: what it knows of Redis's time is wrong.
    for (const { client } of [a, b]) {
      const sentMs = nowMs();
      client.clock.learn(sentMs, sentMs, (client.clock.toRemote(sentMs) ?? 0) - stepMs);
    }
    const refused = await a.limiter.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    const newId = await scene().admin.hget(scene().keys.meta, 'id');
    expect(newId).not.toBe(id);
    expect(await b.limiter.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await scene().admin.hget(scene().keys.meta, 'id')).toBe(newId);
    const scores = await scene().admin.zrange(scene().keys.slots, 0, '-1', 'WITHSCORES');
    const [seconds] = await scene().admin.time();
    expect(scores).toHaveLength(40);
    for (const score of scores.filter((_, index) => index % 2 === 1)) {
      expect(Math.abs(Number(score) / 1_000 - Number(seconds))).toBeLessThan(3);
    }
  });

  it('closes for all instances when one pauses it', async () => {
    const [a, b] = [await scene().instance('a'), await scene().instance('b')];
    await reserve(a, 1);
    await reserve(b, 1);
    await b.limiter.pause();
    const refused = await a.limiter.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(900);
  });
});

describe('a Redis Cluster', () => {
  it('holds a sliding window as well', async () => {
    const cluster = await RedisServer.start(clusterOptions());
    try {
      const settings = { limit: 5, windowMs: 1_000 };
      const url = [await cluster.formCluster()];
      const times = await reserve(await scene().instance('a', { settings, url }), 6);
      expect((times[5] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    } finally {
      scene().closeLinks();
      await cluster.kill();
    }
  });
});
