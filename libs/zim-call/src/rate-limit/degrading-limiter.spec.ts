import { RedisHealth } from '../redis/redis-health.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { DegradingLimiter } from './degrading-limiter.js';
import { RedisUnavailableError } from './redis-limiter-client.js';
import {
  RecentSends,
  type RedisSlidingWindow,
  type SharedWindowSettings,
} from './redis-sliding-window.js';
import type { SlotGrant, SlotReport } from './sliding-window-limiter.js';

const settings = { limit: 20, windowMs: 1_000 };
const settleMs = 1_500;
type Outage = Parameters<RedisSlidingWindow['join']>[1];

const spreadMs = 25;

/** A limiter whose Redis the test makes unavailable, and the joins that Redis was sent. */
function givenLimiter(
  whenRedisIsUnavailable: SharedWindowSettings['whenRedisIsUnavailable'],
  instances = 4,
) {
  const runtime = new ManualRuntime();
  const redis = { isThere: true, answersNever: false };
  const joins: { reason: string; outage?: Outage }[] = [];
  let granted = 0;
  const never = new Promise<never>(() => undefined);
  const inRedis = <T>(answer: () => T): Promise<T> => {
    if (redis.answersNever) return never;
    return redis.isThere
      ? Promise.resolve(answer())
      : Promise.reject(new RedisUnavailableError('killed'));
  };
  const recent = new RecentSends(runtime, 'a', 2_000);
  const shared = {
    instances,
    recent,
    settleMs,
    fallbackReservedAtMs: Number.NEGATIVE_INFINITY,
    reserve: () =>
      inRedis((): SlotGrant => ({
        slot: { id: `a:${++granted}`, atMs: runtime.nowMs, spreadMs },
        activeInstances: 1,
      })),
    join: (reason: string, outage?: Outage) =>
      inRedis(() => {
        joins.push({ reason, outage });
      }),
    pause: () => inRedis(() => undefined),
    idle: () => inRedis(() => undefined),
  };
  const health = new RedisHealth(runtime, () => inRedis(() => undefined));
  const limiter = new DegradingLimiter(
    shared,
    health,
    { ...settings, whenRedisIsUnavailable },
    runtime,
  );
  const reserve = (reports: readonly SlotReport[] = []) =>
    limiter.reserve({ reports, withinMs: 60_000, spreadMs });
  return { runtime, redis, shared, joins, health, recent, reserve };
}

type Given = ReturnType<typeof givenLimiter>;

async function leave(given: Given): Promise<void> {
  await given.reserve();
  given.redis.isThere = false;
  await given.reserve();
}

/** Lets a minute pass in which no slot is requested, so that Redis is not probed. */
async function idle({ runtime }: Given): Promise<void> {
  runtime.advance(250);
  for (let times = 0; times < 5; times++) await Promise.resolve();
  runtime.advance(60_000);
}

/** Returns the times of the slots granted in this time, if they are requested as often as the limiter says. */
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

/** Redis is back, and a probe has noticed it. */
async function comeBack({ redis, health, reserve }: Given): Promise<SlotGrant> {
  redis.isThere = true;
  await health.probe();
  return reserve();
}

describe('DegradingLimiter, while Redis is unavailable', () => {
  it('waits until the slots of other instances have fired, then sends its part', async () => {
    const given = givenLimiter('degrade');
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

  it('grants slots with as many active instances as its part is small', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    expect(await given.reserve()).toMatchObject({ activeInstances: 5 });
  });

  it('sends less than one request per second if there are many instances', async () => {
    const given = givenLimiter('degrade', 64);
    await leave(given);
    given.runtime.advance(settleMs);
    const [first = 0, second = 0] = await slotTimes(given, 9_000);
    expect(second - first).toBeGreaterThan(4_000);
  });

  it('grants nothing under the policy "closed"', async () => {
    const given = givenLimiter('closed');
    await leave(given);
    expect(await slotTimes(given, 60_000)).toEqual([]);
    await comeBack(given);
    expect(given.joins).toHaveLength(1);
  });

  it('grants the whole quota under the policy "open", its own sends counted', async () => {
    const given = givenLimiter('open');
    await leave(given);
    const times = await slotTimes(given, 1_000);
    expect(times.filter((atMs) => atMs < 1_000)).toHaveLength(18);
  });

  it('probes Redis while slots are requested, and not otherwise', async () => {
    const given = givenLimiter('degrade');
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

describe('DegradingLimiter, when Redis is back', () => {
  it('reports to the shared window since when it was without Redis, and when it last probed', async () => {
    const given = givenLimiter('degrade');
    const sinceMs = given.runtime.nowMs;
    await leave(given);
    given.runtime.advance(200);
    await given.health.probe();
    given.runtime.advance(40);
    expect(await comeBack(given)).toMatchObject({ slot: { id: 'a:2' } });
    expect(given.joins).toEqual([
      { reason: 'returned', outage: { sinceMs, lastProbeMs: sinceMs + 200 } },
    ]);
    await given.reserve();
    expect(given.joins).toHaveLength(1);
  });

  it('reports what the fallback has sent, also if nothing more is sent', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    const own = await given.reserve();
    given.redis.isThere = true;
    await given.health.probe();
    expect(given.joins).toHaveLength(1);
    expect(given.recent.all().map(({ id }) => id)).toContain(own.slot?.id);
  });

  it('survives a report that fails for any reason, and reports again with the next request', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    await given.reserve();
    const join = jest.spyOn(given.shared, 'join').mockRejectedValueOnce(new Error('broken'));
    given.redis.isThere = true;
    await given.health.probe();
    await new Promise(setImmediate);
    expect(join).toHaveBeenCalledTimes(1);
    expect(given.joins).toEqual([]);
    await given.reserve();
    expect(given.joins).toHaveLength(1);
  });

  it('probes Redis before it uses the fallback, if the last probe was long ago', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    await idle(given);
    given.redis.isThere = true;
    expect(await given.reserve()).toMatchObject({ slot: { id: 'a:2' } });
    expect(given.health.state).toBe('shared');
  });

  it('grants nothing by the fallback while a probe has no reply yet', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    await idle(given);
    given.redis.answersNever = true;
    void given.health.probe();
    expect(await given.reserve()).toEqual({ waitMs: 100, tooLate: false });
  });

  it('grants no slots far ahead by the fallback', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    await given.health.probe();
    for (let taken = 0; taken < 4; taken++) await given.reserve();
    expect(await given.reserve()).toEqual({ waitMs: 100, tooLate: false });
  });

  it('grants nothing by the fallback before the shared window has reserved its part', async () => {
    const given = givenLimiter('degrade');
    await leave(given);
    given.shared.fallbackReservedAtMs = given.runtime.nowMs + settleMs + 500;
    given.runtime.advance(settleMs + 450);
    await given.health.probe();
    expect(await given.reserve()).toEqual({ waitMs: 50, tooLate: false });
    given.runtime.advance(50);
    expect((await given.reserve()).slot).toBeDefined();
  });

  it('probes a Redis that comes and goes at once', async () => {
    const given = givenLimiter('degrade');
    for (let round = 0; round < 20; round++) {
      given.health.failed('slow', given.runtime.nowMs);
      given.health.probeSoon();
      given.runtime.advance(250);
      for (let times = 0; times < 5; times++) await Promise.resolve();
      expect(given.health.state).toBe('shared');
    }
  });

  it('reports each change of the state once', async () => {
    const given = givenLimiter('degrade');
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
