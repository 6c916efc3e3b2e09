import { Redis } from 'ioredis';
import { RecentSlots } from '../../libs/zim-call/src/redis/recent-slots.js';
import { RedisLink } from '../../libs/zim-call/src/redis/redis-link.js';
import { RedisRing } from '../../libs/zim-call/src/redis/redis-ring.js';
import { RingClient } from '../../libs/zim-call/src/redis/ring-client.js';
import { systemRuntime, type ZimRuntime } from '../../libs/zim-call/src/client/runtime.js';
import { keepsTheRingContract } from '../../libs/zim-call/src/testing/ring-contract.js';
import { clusterOptions, RedisServer } from '../support/redis-server.js';

let server: RedisServer;
let admin: Redis;
const links: RedisLink[] = [];
let keysOf = { slots: '', ring: '', instances: '{1}instances' };
let quotas = 0;

beforeAll(async () => {
  server = await RedisServer.start();
  admin = new Redis(server.url);
});
afterAll(async () => {
  admin.disconnect();
  await server.kill();
});
beforeEach(() => {
  quotas++;
  keysOf = { ...keysOf, slots: `{1}slots:${quotas}`, ring: `{1}ring:${quotas}` };
});
afterEach(() => {
  for (const link of links.splice(0)) link.close();
});

interface Instance {
  readonly client: RingClient;
  readonly ring: RedisRing;
  readonly recent: RecentSlots;
}

/** Waits ten times as long for Redis: whether a busy machine answers in time is not what is asked here. */
const patient: ZimRuntime = {
  ...systemRuntime,
  setTimer: (delayMs, callback) => systemRuntime.setTimer(10 * delayMs, callback),
};

async function instance(
  name: string,
  settings = { limit: 20, windowMs: 1_000 },
  waiting = patient,
): Promise<Instance> {
  const link = await RedisLink.open(server.url);
  links.push(link);
  const client = new RingClient(link, waiting, name);
  const recent = new RecentSlots(systemRuntime, name, 2 * settings.windowMs);
  return { client, recent, ring: new RedisRing(client, keysOf, settings, systemRuntime, recent) };
}

const ask = { reports: [], withinMs: 60_000, lateLimitMs: 25 };

async function take({ ring, recent }: Instance, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const { slot } = await ring.reserve(ask);
    if (slot === undefined) throw new Error('no slot');
    recent.granted(slot);
    times.push(slot.atMs);
  }
  return times;
}

const nowMs = () => systemRuntime.monotonicMs();

describe('RedisRing', () => {
  keepsTheRingContract(async (settings) => ({
    ring: (await instance('one', settings)).ring,
    nowMs,
  }));

  it('is one for all instances, each of which knows how many share it', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
    const times = [...(await take(a, 10)), ...(await take(b, 10)), ...(await take(a, 1))];
    expect((times[19] ?? 0) - (times[0] ?? 0)).toBeLessThan(200);
    expect((times[20] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    expect(await b.ring.reserve(ask)).toMatchObject({ sharers: 2 });
    expect(b.client.instances).toBeGreaterThanOrEqual(2);
  });

  it('takes one round trip for a slot', async () => {
    const a = await instance('a');
    await take(a, 1);
    const before = a.client.roundTrips;
    await take(a, 50);
    expect(a.client.roundTrips - before).toBe(50);
  });

  it('answers in time to a process that stood still meanwhile', async () => {
    const a = await instance('a', undefined, systemRuntime);
    await take(a, 1);
    const answer = a.ring.reserve(ask);
    const untilMs = nowMs() + 150;
    while (nowMs() < untilMs);
    expect(await answer).toMatchObject({ sharers: 1 });
  });

  it('that answers late is a sign that Redis is back, but for the probe itself', async () => {
    const a = await instance('a', undefined, systemRuntime);
    await take(a, 1);
    let signs = 0;
    a.client.onLateAnswer = () => signs++;
    for (const [operation, expected] of [
      ['hello', 0],
      ['pause', 1],
    ] as const) {
      await admin.call('CLIENT', 'PAUSE', '250');
      await expect(
        a.client.ask(operation, Object.values(keysOf), ['', 20, 1_000]),
      ).rejects.toThrow();
      await admin.ping();
      await links[0]?.redis.ping();
      expect(signs).toBe(expected);
    }
  });

  it('is given its script again after a flush', async () => {
    const a = await instance('a');
    await take(a, 20);
    await admin.script('FLUSH');
    const [next = 0] = await take(a, 1);
    expect(next - nowMs()).toBeGreaterThan(900);
  });

  it('forgets keys that nobody uses, and shares a node by their braces', async () => {
    await take(await instance('a'), 1);
    for (const key of Object.values(keysOf)) {
      expect(key).toContain('{1}');
      expect(await admin.pttl(key)).toBeGreaterThan(0);
    }
  });

  it('that was lost is founded anew, closed until all that may be held has fired', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
    await take(a, 15);
    await take(b, 5);
    await admin.flushall();
    const refused = await a.ring.reserve(ask);
    expect(refused).toMatchObject({ tooLate: false });
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    expect(await admin.zcard(keysOf.slots)).toBe(15);
    expect(await b.ring.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await admin.zcard(keysOf.slots)).toBe(20);
  });

  it('that comes back empty after long is closed until others have told what they sent alone', async () => {
    const a = await instance('a');
    await a.ring.join('returned');
    const refused = await a.ring.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_000);
  });

  it.each([2_000, -2_000])('whose clock steps by %d ms is founded anew', async (stepMs) => {
    const [a, b] = [await instance('a'), await instance('b')];
    await take(a, 10);
    await take(b, 10);
    const id = await admin.hget(keysOf.ring, 'id');
    // As a process sees it whose Redis is another now: its own idea of Redis's time is off.
    for (const { client } of [a, b]) {
      const sentMs = nowMs();
      const expected = (client.clock.toRemote(sentMs) ?? 0) - stepMs;
      client.clock.learn(sentMs, sentMs, expected);
    }
    const refused = await a.ring.reserve(ask);
    expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(1_100);
    const founded = await admin.hget(keysOf.ring, 'id');
    expect(founded).not.toBe(id);
    expect(await b.ring.reserve(ask)).toMatchObject({ tooLate: false });
    expect(await admin.hget(keysOf.ring, 'id')).toBe(founded);
    const scores = await admin.zrange(keysOf.slots, 0, '-1', 'WITHSCORES');
    const [seconds] = await admin.time();
    expect(scores).toHaveLength(40);
    for (const score of scores.filter((_, index) => index % 2 === 1)) {
      expect(Math.abs(Number(score) / 1_000 - Number(seconds))).toBeLessThan(3);
    }
  });

  it('is closed for all when one pauses it', async () => {
    const [a, b] = [await instance('a'), await instance('b')];
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
      const link = await RedisLink.open([await cluster.formCluster()]);
      links.push(link);
      const client = new RingClient(link, patient, 'a');
      const recent = new RecentSlots(systemRuntime, 'a', 2_000);
      const settings = { limit: 5, windowMs: 1_000 };
      const ring = new RedisRing(client, keysOf, settings, systemRuntime, recent);
      const times = await take({ client, ring, recent }, 6);
      expect((times[5] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_000);
    } finally {
      for (const link of links.splice(0)) link.close();
      await cluster.kill();
    }
  });
});
