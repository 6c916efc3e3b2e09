import { setMaxListeners } from 'node:events';
import { PacedScene } from '../testing/paced-scene.js';
import { MemoryRing } from './memory-ring.js';
import { baseMarginMs, type SlotGrant, type SlotRequest } from './slot-ring.js';

const roundMs = 1_000 + baseMarginMs;

describe('a quota of 20 a second', () => {
  it('lets 20 leave at once, and never more in any second', async () => {
    const scene = new PacedScene();
    scene.calls(100, 'call', { withinMs: 60_000 });
    await scene.run(5_000);
    const times = scene.told.map(({ afterMs }) => afterMs);
    expect(times.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(times).toHaveLength(100);
    for (const [index, atMs] of times.slice(20).entries()) {
      expect(atMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(roundMs);
      expect(atMs - (times[index] ?? 0)).toBeLessThan(roundMs + 3);
    }
  });

  it('decides which call leaves when the slot is there', async () => {
    const scene = new PacedScene();
    scene.calls(40, 'early');
    await scene.run(990);
    scene.call('urgent', { lane: 'urgent' });
    scene.call('soon', { withinMs: 900 });
    await scene.run(100);
    expect(scene.left.slice(20, 22)).toEqual(['urgent', 'soon']);
  });

  it('gives a slot up for which the process woke too late, and uses none late', async () => {
    const scene = new PacedScene();
    scene.calls(30, 'call');
    await scene.run(500);
    await scene.stall(700);
    const forfeited = scene.events.filter(({ type }) => type === 'forfeited');
    expect(forfeited).toEqual([
      { type: 'forfeited', lateMs: 1_200 - roundMs },
      { type: 'forfeited', lateMs: 1_200 - roundMs },
    ]);
    // The ring knows that the second before was empty.
    expect(scene.left).toHaveLength(30);
  });

  it('fills the hole that a slot leaves which was given up', async () => {
    const scene = new PacedScene();
    scene.calls(20, 'first');
    await scene.run(roundMs - 20);
    scene.calls(60, 'call');
    // Two slots ahead are held when the process stands still; without the hole they would be lost.
    await scene.stall(200);
    await scene.run(1_100);
    expect(scene.events.filter(({ type }) => type === 'forfeited')).toHaveLength(2);
    expect(scene.left).toHaveLength(60);
  });

  it('gives back the slot of a request that never left', async () => {
    const scene = new PacedScene();
    scene.onPermit = (permit, name) => {
      if (!name.startsWith('broken')) permit.sent();
      permit.ended();
    };
    scene.calls(30, 'broken');
    scene.calls(20, 'call');
    await scene.run(5);
    expect(scene.left).toHaveLength(50);
  });

  it('does not wait long for an answer', async () => {
    const scene = new PacedScene();
    scene.onPermit = () => undefined;
    scene.calls(8, 'call');
    await scene.run(100);
    expect(scene.told.map(({ afterMs }) => afterMs)).toEqual([0, 0, 25, 25, 50, 50, 75, 75]);
  });

  it('sends all of a quota that was raised, whether answers come or not', async () => {
    const raised = { limit: 400, windowMs: 1_000 };
    const scene = new PacedScene({}, (runtime) => new MemoryRing(runtime, raised), raised);
    scene.onPermit = () => undefined;
    scene.calls(400, 'call');
    await scene.run(1_000);
    expect(scene.left).toHaveLength(400);
  });

  it('takes a request for sent that was answered before all of it was read', async () => {
    const scene = new PacedScene();
    scene.onPermit = (permit) => {
      permit.answered();
    };
    scene.calls(8, 'call');
    await scene.run(1);
    expect(scene.events.filter(({ type }) => type === 'sent')).toHaveLength(8);
  });

  it('gives back a slot that comes when nobody waits any more', async () => {
    const controller = new AbortController();
    const ring = { answer: (_: SlotGrant): void => undefined };
    const asked: SlotRequest[] = [];
    const scene = new PacedScene({}, () => ({
      reserve: (request) => {
        asked.push(request);
        return new Promise((resolve) => (ring.answer = resolve));
      },
      pause: () => Promise.resolve(),
    }));
    scene.call('given up', { signal: controller.signal });
    controller.abort();
    const atMs = scene.runtime.nowMs + 900;
    ring.answer({ slot: { id: 'late', atMs, lateLimitMs: 60 }, sharers: 1 });
    await scene.run(1);
    expect(scene.runtime.pendingTimers).toBe(0);
    scene.call('next');
    expect(asked[1]?.reports).toEqual([{ id: 'late' }]);
  });

  it('pauses when ZIM refuses, and goes on more slowly', async () => {
    const scene = new PacedScene();
    scene.calls(45, 'call', { withinMs: 60_000 });
    await scene.run(10);
    scene.quota.throttled();
    await scene.run(980);
    expect(scene.left).toHaveLength(20);
    await scene.run(3_000);
    expect(scene.left).toHaveLength(45);
    const [first = 0, second = 0] = [scene.told[22]?.afterMs, scene.told[42]?.afterMs];
    expect(second - first).toBeGreaterThan(roundMs + 10);
  });

  it('keeps no timer when nothing waits', async () => {
    const scene = new PacedScene();
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    scene.calls(25, 'call', { signal: controller.signal });
    await scene.run(200);
    expect(scene.runtime.pendingTimers).toBeGreaterThan(0);
    controller.abort();
    expect(scene.runtime.pendingTimers).toBe(0);
    scene.calls(30, 'other');
    await scene.run(5_000);
    expect(scene.left).toHaveLength(50);
    expect(scene.runtime.pendingTimers).toBe(0);
  });
});

describe('who goes first', () => {
  it('tenants take turns, however many calls one has', async () => {
    const scene = new PacedScene();
    scene.calls(180, 'a', { tenant: 'a', withinMs: 60_000 });
    await scene.run(1_000);
    for (const tenant of ['b', 'c', 'd']) scene.calls(20, tenant, { tenant, withinMs: 60_000 });
    await scene.run(14_000);
    expect(scene.left).toHaveLength(240);
    for (const tenant of ['b', 'c', 'd']) {
      const waits = scene.told
        .filter(({ name }) => name.startsWith(tenant))
        .map(({ afterMs }) => afterMs - 1_000);
      expect(waits[10]).toBeLessThan(2_200);
      expect(waits[19]).toBeLessThan(4_200);
    }
  });

  it('of one tenant the earliest deadline, then the first come', async () => {
    const scene = new PacedScene();
    scene.calls(20, 'before');
    await scene.run(1);
    scene.call('late', { withinMs: 9_000 });
    scene.call('early', { withinMs: 2_000 });
    scene.call('middle', { withinMs: 5_000 });
    scene.call('middle too', { withinMs: 5_000 });
    await scene.run(2_000);
    expect(scene.left.slice(20)).toEqual(['early', 'middle', 'middle too', 'late']);
  });

  it('lanes by their shares, urgent first, none starving', async () => {
    const scene = new PacedScene();
    for (const lane of ['bulk', 'normal', 'urgent'] as const) {
      scene.calls(300, lane, { lane, withinMs: 100_000 });
    }
    await scene.run(10_100);
    const shareOf = (lane: string) =>
      scene.left.filter((name) => name.startsWith(lane)).length / scene.left.length;
    expect(scene.left.length).toBeGreaterThanOrEqual(200);
    expect(shareOf('urgent')).toBeCloseTo(0.8, 1);
    expect(shareOf('normal')).toBeCloseTo(0.16, 1);
    expect(shareOf('bulk')).toBeGreaterThan(0.03);
  });

  it('a lane has all of the quota while the others are empty', async () => {
    const scene = new PacedScene();
    scene.calls(60, 'bulk', { lane: 'bulk' });
    await scene.run(2_100);
    expect(scene.left).toHaveLength(60);
  });

  it('an urgent call is the next to leave, however long the queue', async () => {
    const scene = new PacedScene();
    scene.calls(150, 'normal');
    await scene.run(3_000);
    const before = scene.left.length;
    scene.call('urgent', { lane: 'urgent' });
    await scene.run(1_100);
    expect(scene.left[before]).toBe('urgent');
  });
});

describe('who does not leave', () => {
  it('a call that would come too late is refused at once, with its wait', async () => {
    const scene = new PacedScene();
    scene.calls(100, 'call');
    await scene.run(1);
    scene.call('hurried', { withinMs: 3_000 });
    scene.calls(99, 'other');
    await scene.run(0);
    expect(scene.refused).toEqual([]);
    scene.calls(10, 'more');
    await scene.run(0);
    expect(scene.refused.length).toBeGreaterThan(5);
    for (const { refusal, afterMs } of scene.refused) {
      expect(refusal.reason).toBe('too-late');
      expect(refusal.waitMs).toBeGreaterThan(9_900);
      expect(refusal.waitMs).toBeLessThan(10_400);
      expect(afterMs).toBe(1);
    }
    await scene.run(10_500);
    expect(scene.left).toContain('hurried');
    expect(scene.refused.filter(({ refusal }) => refusal.reason !== 'too-late')).toEqual([]);
    expect(scene.left.length + scene.refused.length).toBe(210);
  });

  it('a call whose time went by while it waited leaves without having been sent', async () => {
    const scene = new PacedScene();
    scene.calls(60, 'call', { withinMs: 2_500 });
    await scene.run(500);
    scene.calls(100, 'urgent', { lane: 'urgent' });
    await scene.run(2_100);
    expect(scene.refused.length).toBeGreaterThan(25);
    for (const { name, refusal, afterMs } of scene.refused) {
      expect(name).toMatch(/^call/);
      expect(refusal.reason).toBe('expired');
      expect(afterMs).toBe(2_500);
    }
  });

  it('a call that is given up leaves the queue at once', async () => {
    const scene = new PacedScene();
    const controller = new AbortController();
    scene.calls(30, 'call');
    scene.call('given up', { signal: controller.signal });
    await scene.run(10);
    controller.abort();
    await scene.run(0);
    expect(scene.refused).toMatchObject([{ name: 'given up', refusal: { reason: 'aborted' } }]);
    scene.call('dead', { signal: AbortSignal.abort() });
    await scene.run(2_000);
    expect(scene.left).toHaveLength(30);
    expect(scene.refused[1]).toMatchObject({ name: 'dead', refusal: { reason: 'aborted' } });
  });

  it.each([
    ['calls', { maxQueued: 50 }, 40],
    ['bytes', { maxQueuedBytes: 5_000 }, 40],
  ])(
    'no more %s wait than allowed, the last fifth is for urgent ones',
    async (_, limits, normal) => {
      const scene = new PacedScene(limits);
      scene.calls(20, 'first', { withinMs: 60_000 });
      await scene.run(1);
      scene.calls(60, 'normal', { withinMs: 60_000 });
      scene.calls(60, 'urgent', { withinMs: 60_000, lane: 'urgent' });
      await scene.run(0);
      const reasons = scene.refused.map(({ refusal }) => refusal.reason);
      expect(new Set(reasons)).toEqual(new Set(['full']));
      await scene.run(3_500);
      const left = (name: string) => scene.left.filter((one) => one.startsWith(name)).length;
      expect([left('normal'), left('urgent')]).toEqual([normal, 50 - normal]);
    },
  );
});

describe('a quota that closes', () => {
  it('lets what waits leave while there is time, and refuses the rest and the new', async () => {
    const scene = new PacedScene();
    scene.calls(80, 'call');
    await scene.run(1);
    const closed = scene.quota.close(2_500);
    scene.call('new');
    await scene.run(2_600);
    await closed;
    expect(scene.left).toHaveLength(60);
    expect(scene.refused[0]).toMatchObject({ name: 'new', refusal: { reason: 'closed' } });
    expect(scene.refused).toHaveLength(21);
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('is closed as soon as nothing waits', async () => {
    const scene = new PacedScene();
    scene.calls(30, 'call');
    await scene.run(1);
    let closed = false;
    void scene.quota.close(5_000).then(() => (closed = true));
    await scene.run(1_000);
    expect(closed).toBe(false);
    await scene.run(20);
    expect(closed).toBe(true);
    expect(scene.left).toHaveLength(30);
    expect(scene.runtime.pendingTimers).toBe(0);
  });
});
