import { ManualStop } from '../testing/manual-stop.js';
import { SchedulerScene } from '../testing/scheduler-scene.js';

describe('CallQueue, which call leaves next', () => {
  it('is fair between tenants, however many calls one has', async () => {
    const scene = new SchedulerScene();
    scene.calls(180, 'a', { tenant: 'a', withinMs: 60_000 });
    await scene.run(1_000);
    for (const tenant of ['b', 'c', 'd']) scene.calls(20, tenant, { tenant, withinMs: 60_000 });
    await scene.run(14_000);
    expect(scene.left).toHaveLength(240);
    for (const tenant of ['b', 'c', 'd']) {
      const waits = scene.settled
        .filter(({ name }) => name.startsWith(tenant))
        .map(({ afterMs }) => afterMs - 1_000);
      expect(waits[10]).toBeLessThan(2_200);
      expect(waits[19]).toBeLessThan(4_200);
    }
  });

  it('of one tenant, takes the earliest deadline, then the call that came first', async () => {
    const scene = new SchedulerScene();
    scene.calls(20, 'before');
    await scene.run(1);
    scene.call('late', { withinMs: 9_000 });
    scene.call('early', { withinMs: 2_000 });
    scene.call('middle', { withinMs: 5_000 });
    scene.call('middle too', { withinMs: 5_000 });
    await scene.run(2_000);
    expect(scene.left.slice(20)).toEqual(['early', 'middle', 'middle too', 'late']);
  });

  it('gives lanes their shares, urgent first, none starving', async () => {
    const scene = new SchedulerScene();
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

  it('gives a lane all of the quota while the others are empty', async () => {
    const scene = new SchedulerScene();
    scene.calls(60, 'bulk', { lane: 'bulk' });
    await scene.run(2_100);
    expect(scene.left).toHaveLength(60);
  });

  it('lets an urgent call leave next, however long the queue is', async () => {
    const scene = new SchedulerScene();
    scene.calls(150, 'normal');
    await scene.run(3_000);
    const before = scene.left.length;
    scene.call('urgent', { lane: 'urgent' });
    await scene.run(1_100);
    expect(scene.left[before]).toBe('urgent');
  });
});

describe('CallQueue, which calls it refuses', () => {
  it('takes a call larger than the queue only if no other one waits', async () => {
    const scene = new SchedulerScene({ maxQueuedBytes: 10 });
    scene.calls(3, 'large');
    await scene.run(1);
    expect(scene.left).toEqual(['large0']);
    expect(scene.refused.map(({ refusal }) => refusal.reason)).toEqual(['full', 'full']);
  });

  it('refuses a call at once that would wait beyond its deadline, with its wait', async () => {
    const scene = new SchedulerScene();
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

  it('refuses a call whose deadline passes while it waits', async () => {
    const scene = new SchedulerScene();
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

  it('refuses a cancelled call at once', async () => {
    const scene = new SchedulerScene();
    const stop = new ManualStop();
    scene.calls(30, 'call');
    scene.call('cancelled', { deadline: stop });
    await scene.run(10);
    stop.now();
    await scene.run(0);
    expect(scene.refused).toMatchObject([{ name: 'cancelled', refusal: { reason: 'aborted' } }]);
    scene.call('cancelled before', { deadline: new ManualStop().now() });
    await scene.run(2_000);
    expect(scene.left).toHaveLength(30);
    expect(scene.refused[1]).toMatchObject({
      name: 'cancelled before',
      refusal: { reason: 'aborted' },
    });
  });

  it.each([
    ['calls', { maxQueued: 50 }, 40],
    ['bytes', { maxQueuedBytes: 5_000 }, 40],
  ])(
    'takes no more %s than allowed, the last fifth for urgent calls only',
    async (_, limits, normal) => {
      const scene = new SchedulerScene(limits);
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
