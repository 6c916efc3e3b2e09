import {
  baseMarginMs,
  type RingSettings,
  type SlotGrant,
  type SlotReport,
  type SlotRing,
} from '../pacing/slot-ring.js';

/** A ring and the clock it goes by. */
export interface OpenedRing {
  readonly ring: SlotRing;
  readonly nowMs: () => number;
}

const lateLimitMs = 25;
const anyTime = 3_600_000;
// Rings of other processes answer a little later, and clocks are compared with an error.
const slackMs = 20;

/** What every engine of pacing keeps, whether in memory or in Redis. */
export function keepsTheRingContract(
  open: (settings: RingSettings) => Promise<OpenedRing> | OpenedRing,
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
      expect(atMs - before).toBeGreaterThanOrEqual(0);
      expect(atMs - before).toBeLessThan(slackMs);
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
    await slots(5);
    for (let times = 0; times < 3; times++) {
      const refused = await reserve([], 1_000);
      expect(refused).toMatchObject({ tooLate: true });
      expect(refused.slot === undefined && refused.waitMs).toBeGreaterThan(roundMs - slackMs);
      expect(refused.slot === undefined && refused.waitMs).toBeLessThan(roundMs + 2 * slackMs + 25);
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
    await opened.ring.pause();
    await opened.ring.pause();
    const paused = await reserve();
    expect(paused).toMatchObject({ tooLate: false });
    expect(paused.slot === undefined && paused.waitMs).toBeGreaterThan(
      settings.windowMs - 2 * slackMs,
    );
    expect(paused.slot === undefined && paused.waitMs).toBeLessThanOrEqual(settings.windowMs);
  });
}
