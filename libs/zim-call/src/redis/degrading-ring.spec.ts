import type { SlotGrant, SlotReport } from '../pacing/slot-ring.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { type AwayPolicy, DegradingRing } from './degrading-ring.js';
import { RecentSlots } from './recent-slots.js';
import { RedisHealth } from './redis-health.js';
import type { RedisRing } from './redis-ring.js';
import { RedisAwayError } from './ring-client.js';

const settings = { limit: 20, windowMs: 1_000 };
const settleMs = 1_500;
const lateLimitMs = 25;

/** A ring whose Redis the test takes away, and what it was asked. */
function givenRing(policy: AwayPolicy, instances = 4) {
  const runtime = new ManualRuntime(0);
  const redis = { isThere: true };
  const joins: string[] = [];
  let taken = 0;
  const inRedis = <T>(answer: () => T): Promise<T> =>
    redis.isThere ? Promise.resolve(answer()) : Promise.reject(new RedisAwayError('killed'));
  const shared = {
    instances,
    settleMs,
    reserve: () =>
      inRedis((): SlotGrant => ({
        slot: { id: `a:${++taken}`, atMs: runtime.nowMs, lateLimitMs },
        sharers: 1,
      })),
    join: (reason: string) => inRedis(() => joins.push(reason)),
    pause: () => inRedis(() => undefined),
  };
  const health = new RedisHealth(runtime, () => inRedis(() => undefined));
  const recent = new RecentSlots(runtime, 'a', 2_000);
  const ring = new DegradingRing(
    shared as unknown as RedisRing,
    recent,
    health,
    policy,
    settings,
    runtime,
  );
  const reserve = (reports: readonly SlotReport[] = []) =>
    ring.reserve({ reports, withinMs: 60_000, lateLimitMs });
  return { runtime, redis, joins, health, recent, reserve };
}

type Given = ReturnType<typeof givenRing>;

async function leave(given: Given): Promise<void> {
  await given.reserve();
  given.redis.isThere = false;
  await given.reserve();
}

/** When slots come, of so many that are asked for. */
async function slotTimes({ reserve, runtime }: Given, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const { slot } = await reserve();
    if (slot !== undefined) times.push(slot.atMs - runtime.nowMs);
  }
  return times;
}

/** Redis is back, and was noticed. */
async function comeBack({ redis, health, reserve }: Given): Promise<SlotGrant> {
  redis.isThere = true;
  await health.look();
  return reserve();
}

describe('while Redis is away', () => {
  it('an instance waits until what others hold has fired, then sends its part', async () => {
    const given = givenRing('degrade');
    await leave(given);
    expect(given.health.state).toBe('away');
    given.runtime.advance(settleMs - 1);
    expect(await given.reserve()).toEqual({ waitMs: 1, tooLate: false });
    given.runtime.advance(1);
    const times = await slotTimes(given, 9);
    expect(times.filter((atMs) => atMs < 1_000)).toHaveLength(4);
    expect(times.filter((atMs) => atMs < 2_000)).toHaveLength(8);
  });

  it('a slot tells how small the part is', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    expect(await given.reserve()).toMatchObject({ sharers: 5 });
  });

  it('of many instances each sends less than one a second', async () => {
    const given = givenRing('degrade', 64);
    await leave(given);
    given.runtime.advance(settleMs);
    const [first = 0, second = 0] = await slotTimes(given, 2);
    expect(second - first).toBeGreaterThan(4_000);
  });

  it('nothing leaves under the policy "closed"', async () => {
    const given = givenRing('closed');
    await leave(given);
    given.runtime.advance(60_000);
    expect(await slotTimes(given, 5)).toEqual([]);
    await comeBack(given);
    expect(given.joins).toEqual(['other']);
  });

  it('the whole quota is each one\'s under the policy "open", its own sends counted', async () => {
    const given = givenRing('open');
    await leave(given);
    const times = await slotTimes(given, 20);
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
  it('a short absence, in which nobody sent, costs nothing more', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(200);
    expect(await comeBack(given)).toMatchObject({ slot: { id: 'a:2' } });
    expect(given.joins).toEqual(['other']);
  });

  it('after a long one the ring is told what was sent, and to wait for the others', async () => {
    const given = givenRing('degrade');
    await leave(given);
    given.runtime.advance(settleMs);
    const [own] = [await given.reserve()];
    await comeBack(given);
    expect(given.joins).toEqual(['returned']);
    expect(given.recent.all().map(({ id }) => id)).toContain(own.slot?.id);
    await given.reserve();
    expect(given.joins).toHaveLength(1);
  });

  it('one that comes and goes is looked for less and less often', async () => {
    const given = givenRing('degrade');
    let changes = 0;
    given.health.onState(() => changes++);
    for (let passedMs = 0; passedMs < 60_000; passedMs += 10) {
      given.health.failed('slow');
      given.health.sign();
      given.health.wanted();
      given.runtime.advance(10);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(changes).toBeLessThan(40);
    given.runtime.advance(20_000);
    await given.health.look();
    given.runtime.advance(20_000);
    given.health.failed('for once');
    await comeBack(given);
    expect(given.health.state).toBe('shared');
  });

  it('each change is told once', async () => {
    const given = givenRing('degrade');
    const states: string[] = [];
    given.health.onState((state, reason) => states.push(`${state}: ${reason}`));
    await leave(given);
    await given.reserve();
    given.health.failed('again');
    await comeBack(given);
    await given.health.look();
    expect(states).toEqual(['away: killed', 'shared: it answers']);
  });
});
