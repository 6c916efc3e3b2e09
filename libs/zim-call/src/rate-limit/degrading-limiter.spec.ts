import type { SlotGrant, SlotReport } from './sliding-window-limiter.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { type AwayPolicy, DegradingLimiter } from './degrading-limiter.js';
import { RecentSends } from './recent-slots.js';
import { RedisHealth } from '../redis/redis-health.js';
import type { Outage, RedisSlidingWindow } from './redis-sliding-window.js';
import { RedisUnavailableError } from './redis-limiter-client.js';

const settings = { limit: 20, windowMs: 1_000 };
const settleMs = 1_500;
const lateLimitMs = 25;

/** A ring whose Redis the test takes away, and what it was asked. */
function givenRing(policy: AwayPolicy, instances = 4) {
  const runtime = new ManualRuntime();
  const redis = { isThere: true, answersNever: false };
  const joins: { reason: string; absence?: Outage }[] = [];
  let taken = 0;
  const never = new Promise<never>(() => undefined);
  const inRedis = <T>(answer: () => T): Promise<T> => {
    if (redis.answersNever) return never;
    return redis.isThere
      ? Promise.resolve(answer())
      : Promise.reject(new RedisUnavailableError('killed'));
  };
  const shared = {
    instances,
    settleMs,
    roomMadeAtMs: Number.NEGATIVE_INFINITY,
    reserve: () =>
      inRedis((): SlotGrant => ({
        slot: { id: `a:${++taken}`, atMs: runtime.nowMs, lateLimitMs },
        activeInstances: 1,
      })),
    join: (reason: string, absence?: Outage) => inRedis(() => joins.push({ reason, absence })),
    pause: () => inRedis(() => undefined),
    rest: () => inRedis(() => undefined),
  };
  const health = new RedisHealth(runtime, () => inRedis(() => undefined));
  const recent = new RecentSends(runtime, 'a', 2_000);
  const ring = new DegradingLimiter(
    shared as unknown as RedisSlidingWindow,
    recent,
    health,
    policy,
    settings,
    runtime,
  );
  const reserve = (reports: readonly SlotReport[] = []) =>
    ring.reserve({ reports, withinMs: 60_000, lateLimitMs });
  return { runtime, redis, shared, joins, health, recent, reserve };
}

type Given = ReturnType<typeof givenRing>;

async function leave(given: Given): Promise<void> {
  await given.reserve();
  given.redis.isThere = false;
  await given.reserve();
}

/** For a minute nobody wants a slot, so that nobody looks for Redis. */
async function idle({ runtime }: Given): Promise<void> {
  runtime.advance(250);
  for (let turns = 0; turns < 5; turns++) await Promise.resolve();
  runtime.advance(60_000);
}

/** When slots come within so long, if they are asked for as often as the ring says. */
async function slotTimes({ reserve, runtime, health }: Given, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const startMs = runtime.nowMs;
  while (runtime.nowMs < startMs + forMs) {
    const grant = await reserve();
    if (grant.slot === undefined) {
      runtime.advance(Math.max(1, grant.waitMs));
      await health.probe();
    } else times.push(grant.slot.atMs - startMs);
  }
  return times;
}

/** Redis is back, and was noticed. */
async function comeBack({ redis, health, reserve }: Given): Promise<SlotGrant> {
  redis.isThere = true;
  await health.probe();
  return reserve();
}

describe('while Redis is away', () => {
  it('an instance waits until what others hold has fired, then sends its part', async () => {
    const given = givenRing('degrade');
    await leave(given);
    expect(given.health.state).toBe('unavailable');
    given.runtime.advance(settleMs - 1);
    await given.health.probe();
    expect(await given.reserve()).toEqual({ waitMs: 1, tooLate: false });
    given.runtime.advance(1);
    const times = await slotTimes(given, 2_000);
    expect(times.filter((atMs) => atMs < 1_000)).toHaveLength(4);
    expect(times.filter((atMs) => atMs < 2_000)).toHaveLength(8);
  });

  it('a slot tells how small the part is', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    expect(await given.reserve()).toMatchObject({ activeInstances: 5 });
  });

  it('of many instances each sends less than one a second', async () => {
    const given = givenRing('degrade', 64);
    await leave(given);
    given.runtime.advance(settleMs);
    const [first = 0, second = 0] = await slotTimes(given, 9_000);
    expect(second - first).toBeGreaterThan(4_000);
  });

  it('nothing leaves under the policy "closed"', async () => {
    const given = givenRing('closed');
    await leave(given);
    expect(await slotTimes(given, 60_000)).toEqual([]);
    await comeBack(given);
    expect(given.joins).toHaveLength(1);
  });

  it('the whole quota is each one\'s under the policy "open", its own sends counted', async () => {
    const given = givenRing('open');
    await leave(given);
    const times = await slotTimes(given, 1_000);
    expect(times.filter((atMs) => atMs < 1_000)).toHaveLength(18);
  });

  it('it is looked for while somebody wants it, and not otherwise', async () => {
    const given = givenRing('degrade');
    await leave(given);
    expect(given.runtime.pendingTimers).toBe(1);
    given.runtime.advance(250);
    await Promise.resolve();
    await Promise.resolve();
    expect(given.runtime.pendingTimers).toBe(0);
    await given.reserve();
    expect(given.runtime.pendingTimers).toBe(1);
    given.health.close();
    expect(given.runtime.pendingTimers).toBe(0);
  });
});

describe('when Redis is back', () => {
  it('the ring is told since when this instance was without it, and when it last looked', async () => {
    const given = givenRing('degrade');
    const sinceMs = given.runtime.nowMs;
    await leave(given);
    given.runtime.advance(200);
    await given.health.probe();
    given.runtime.advance(40);
    expect(await comeBack(given)).toMatchObject({ slot: { id: 'a:2' } });
    expect(given.joins).toEqual([
      { reason: 'returned', absence: { sinceMs, lastLookMs: sinceMs + 200 } },
    ]);
    await given.reserve();
    expect(given.joins).toHaveLength(1);
  });

  it('the ring is told what was sent alone, also if nothing more is sent', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    const own = await given.reserve();
    given.redis.isThere = true;
    await given.health.probe();
    expect(given.joins).toHaveLength(1);
    expect(given.recent.all().map(({ id }) => id)).toContain(own.slot?.id);
  });

  it('an instance that has not looked lately looks before it sends alone', async () => {
    const given = givenRing('degrade');
    await leave(given);
    await idle(given);
    given.redis.isThere = true;
    expect(await given.reserve()).toMatchObject({ slot: { id: 'a:2' } });
    expect(given.health.state).toBe('shared');
  });

  it('an instance whose question is still on its way sends nothing alone', async () => {
    const given = givenRing('degrade');
    await leave(given);
    await idle(given);
    given.redis.answersNever = true;
    void given.health.probe();
    expect(await given.reserve()).toEqual({ waitMs: 100, tooLate: false });
  });

  it('slots that were taken alone are never far ahead', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    for (let taken = 0; taken < 4; taken++) await given.reserve();
    expect(await given.reserve()).toEqual({ waitMs: 100, tooLate: false });
  });

  it('an instance sends nothing alone before the shared ring has made room for it', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.shared.roomMadeAtMs = given.runtime.nowMs + settleMs + 500;
    given.runtime.advance(settleMs + 450);
    await given.health.probe();
    expect(await given.reserve()).toEqual({ waitMs: 50, tooLate: false });
    given.runtime.advance(50);
    expect((await given.reserve()).slot).toBeDefined();
  });

  it('a Redis that comes and goes is looked for at once', async () => {
    const given = givenRing('degrade');
    for (let times = 0; times < 20; times++) {
      given.health.failed('slow', given.runtime.nowMs);
      given.health.probeSoon();
      given.runtime.advance(250);
      for (let turns = 0; turns < 5; turns++) await Promise.resolve();
      expect(given.health.state).toBe('shared');
    }
  });

  it('each change is told once', async () => {
    const given = givenRing('degrade');
    const states: string[] = [];
    given.health.onState((state, reason) => states.push(`${state}: ${reason}`));
    await leave(given);
    await given.reserve();
    given.health.failed('again', given.runtime.nowMs);
    await comeBack(given);
    await given.health.probe();
    expect(states).toEqual(['unavailable: killed', 'shared: it answers']);
  });
});
