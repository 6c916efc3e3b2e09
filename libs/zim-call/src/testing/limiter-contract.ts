import {
  baseMarginMs,
  type WindowSettings,
  type SlotGrant,
  type SlotReport,
  type SlidingWindowLimiter,
} from '../rate-limit/sliding-window-limiter.js';

/** A ring and the clock it goes by. */
export interface OpenedRing {
  readonly ring: SlidingWindowLimiter;
  readonly nowMs: () => number;
}

const lateLimitMs = 25;
const anyTime = 3_600_000;
// Rings of other processes answer a little later, and clocks are compared with an error.
const slackMs = 20;

/** What every engine of pacing keeps, whether in memory or in Redis. */
export function keepsLimiterContract(
  open: (settings: WindowSettings) => Promise<OpenedRing> | OpenedRing,
): void {
  const settings = { limit: 5, windowMs: 2_000 };
  const roundMs = settings.windowMs + baseMarginMs;
  let opened: OpenedRing;
  beforeEach(async () => {
    opened = await open(settings);
  });

  const reserve = (reports: readonly SlotReport[] = [], withinMs = anyTime): Promise<SlotGrant> =>
    opened.ring.reserve({ reports, withinMs, lateLimitMs });

  async function slots(count: number, reports: readonly SlotReport[] = []) {
    const taken = [];
    for (let index = 0; index < count; index++) {
      const { slot } = await reserve(index === 0 ? reports : []);
      if (slot === undefined) throw new Error('a slot was refused');
      taken.push(slot);
    }
    return taken;
  }

  it('gives as many slots at once as the quota, and the next a window later', async () => {
    const before = opened.nowMs();
    const taken = await slots(6);
    for (const { atMs } of taken.slice(0, 5)) {
      expect(atMs).toBeGreaterThanOrEqual(before);
      expect(atMs).toBeLessThanOrEqual(opened.nowMs());
    }
    const last = (taken.at(-1)?.atMs ?? 0) - (taken[0]?.atMs ?? 0);
    expect(last).toBeGreaterThanOrEqual(roundMs + lateLimitMs - slackMs);
    expect(last).toBeLessThan(roundMs + lateLimitMs + slackMs);
  });

  it('never has more in a window, be they used as late as allowed or at once', async () => {
    const times = (await slots(60)).map(({ atMs }) => atMs).sort((a, b) => a - b);
    for (const [index, atMs] of times.slice(5).entries()) {
      const before = times[index] ?? 0;
      expect(atMs - (before + lateLimitMs)).toBeGreaterThanOrEqual(settings.windowMs);
    }
  });

  it('counts a slot from when it was used', async () => {
    const taken = await slots(5);
    const reports = taken.map(({ id, atMs }) => ({ id, usedAtMs: atMs + 500 }));
    const [next] = await slots(1, reports);
    const distance = (next?.atMs ?? 0) - (taken[0]?.atMs ?? 0);
    expect(Math.abs(distance - 500 - roundMs)).toBeLessThan(slackMs);
  });

  it('gives a slot again that was given up', async () => {
    const taken = await slots(5);
    const [next] = await slots(1, [{ id: taken[2]?.id ?? '' }]);
    expect(next?.atMs).toBeLessThan(opened.nowMs() + slackMs);
  });

  it('takes no slot that comes too late, and says how late', async () => {
    const [first] = await slots(5);
    const nextMs = (first?.atMs ?? 0) + lateLimitMs + roundMs;
    for (let times = 0; times < 3; times++) {
      const askedMs = opened.nowMs();
      const refused = await reserve([], 1_000);
      if (refused.slot !== undefined) throw new Error('a slot was taken');
      expect(refused.tooLate).toBe(true);
      expect(askedMs + refused.waitMs).toBeLessThan(nextMs + slackMs);
      expect(opened.nowMs() + refused.waitMs).toBeGreaterThan(nextMs - slackMs);
    }
  });

  it('gives each slot a name of its own', async () => {
    const names = (await slots(30)).map(({ id }) => id);
    expect(new Set(names).size).toBe(30);
  });

  it('takes no notice of reports on slots it does not know', async () => {
    const taken = await slots(5, [{ id: 'x:1' }, { id: 'x:2', usedAtMs: opened.nowMs() + 60_000 }]);
    expect(taken).toHaveLength(5);
  });

  it('pauses for a window when ZIM has refused, however often that is told', async () => {
    const refusedMs = opened.nowMs();
    await opened.ring.pause();
    const toldMs = opened.nowMs();
    await opened.ring.pause();
    const askedMs = opened.nowMs();
    const paused = await reserve();
    if (paused.slot !== undefined) throw new Error('a slot was given');
    expect(paused.tooLate).toBe(false);
    expect(askedMs + paused.waitMs).toBeLessThan(toldMs + settings.windowMs + slackMs);
    expect(opened.nowMs() + paused.waitMs).toBeGreaterThan(refusedMs + settings.windowMs - slackMs);
  });
}
