import {
  marginMs,
  type WindowSettings,
  type SlotGrant,
  type SlotReport,
  type SlidingWindowLimiter,
} from '../rate-limit/sliding-window-limiter.js';

/** A limiter and its clock. */
export interface TestedLimiter {
  readonly limiter: SlidingWindowLimiter;
  readonly nowMs: () => number;
}

const spreadMs = 25;
const anyTime = 3_600_000;
// Redis replies a little later, and its clock is known with an error.
const slackMs = 20;

/** Tests what holds for every sliding window limiter, in memory and in Redis. */
export function testSlidingWindowLimiter(
  create: (settings: WindowSettings) => Promise<TestedLimiter> | TestedLimiter,
): void {
  const settings = { limit: 5, windowMs: 2_000 };
  const roundMs = settings.windowMs + marginMs.base;
  let tested: TestedLimiter;
  beforeEach(async () => {
    tested = await create(settings);
  });

  const reserve = (reports: readonly SlotReport[] = [], withinMs = anyTime): Promise<SlotGrant> =>
    tested.limiter.reserve({ reports, withinMs, spreadMs });

  async function slots(count: number, reports: readonly SlotReport[] = []) {
    const granted = [];
    for (let index = 0; index < count; index++) {
      const { slot } = await reserve(index === 0 ? reports : []);
      if (slot === undefined) throw new Error('a slot was refused');
      granted.push(slot);
    }
    return granted;
  }

  it('grants as many slots at once as the quota, and the next a window later', async () => {
    const before = tested.nowMs();
    const granted = await slots(6);
    for (const { atMs } of granted.slice(0, 5)) {
      expect(atMs).toBeGreaterThanOrEqual(before);
      expect(atMs).toBeLessThanOrEqual(tested.nowMs());
    }
    const last = (granted.at(-1)?.atMs ?? 0) - (granted[0]?.atMs ?? 0);
    expect(last).toBeGreaterThanOrEqual(roundMs + spreadMs - slackMs);
    expect(last).toBeLessThan(roundMs + spreadMs + slackMs);
  });

  it('never grants more in a window, whether slots are used at once or as late as allowed', async () => {
    const times = (await slots(60)).map(({ atMs }) => atMs).sort((a, b) => a - b);
    for (const [index, atMs] of times.slice(5).entries()) {
      const before = times[index] ?? 0;
      expect(atMs - (before + spreadMs)).toBeGreaterThanOrEqual(settings.windowMs);
    }
  });

  it('counts a slot from when it was used', async () => {
    const granted = await slots(5);
    const reports = granted.map(({ id, atMs }) => ({ id, usedAtMs: atMs + 500 }));
    const [next] = await slots(1, reports);
    const distance = (next?.atMs ?? 0) - (granted[0]?.atMs ?? 0);
    expect(Math.abs(distance - 500 - roundMs)).toBeLessThan(slackMs);
  });

  it('grants the place of a returned slot again', async () => {
    const granted = await slots(5);
    const [next] = await slots(1, [{ id: granted[2]?.id ?? '' }]);
    expect(next?.atMs).toBeLessThan(tested.nowMs() + slackMs);
  });

  it('grants no slot that would come too late, and says how late', async () => {
    const [first] = await slots(5);
    const nextMs = (first?.atMs ?? 0) + spreadMs + roundMs;
    for (let times = 0; times < 3; times++) {
      const askedMs = tested.nowMs();
      const refused = await reserve([], 1_000);
      if (refused.slot !== undefined) throw new Error('a slot was granted');
      expect(refused.tooLate).toBe(true);
      expect(askedMs + refused.waitMs).toBeLessThan(nextMs + slackMs);
      expect(tested.nowMs() + refused.waitMs).toBeGreaterThan(nextMs - slackMs);
    }
  });

  it('gives each slot an id of its own', async () => {
    const ids = (await slots(30)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(30);
  });

  it('ignores reports on unknown slots', async () => {
    const granted = await slots(5, [
      { id: 'x:1' },
      { id: 'x:2', usedAtMs: tested.nowMs() + 60_000 },
    ]);
    expect(granted).toHaveLength(5);
  });

  it('pauses for a window when ZIM has refused a request, however often that is reported', async () => {
    const refusedMs = tested.nowMs();
    await tested.limiter.pause();
    const reportedMs = tested.nowMs();
    await tested.limiter.pause();
    const askedMs = tested.nowMs();
    const paused = await reserve();
    if (paused.slot !== undefined) throw new Error('a slot was granted');
    expect(paused.tooLate).toBe(false);
    expect(askedMs + paused.waitMs).toBeLessThan(reportedMs + settings.windowMs + slackMs);
    expect(tested.nowMs() + paused.waitMs).toBeGreaterThan(refusedMs + settings.windowMs - slackMs);
  });
}
