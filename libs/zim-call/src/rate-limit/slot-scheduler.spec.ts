import { ManualStop } from '../testing/manual-stop.js';
import { SchedulerScene } from '../testing/scheduler-scene.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import { marginMs, type SlotGrant, type SlotRequest } from './sliding-window-limiter.js';

const roundMs = 1_000 + marginMs.base;

describe('SlotScheduler, with a quota of 20 calls per second', () => {
  it('lets 20 calls leave at once, and never more in any second', async () => {
    const scene = new SchedulerScene();
    scene.calls(100, 'call', { withinMs: 60_000 });
    await scene.run(5_000);
    const times = scene.settled.map(({ afterMs }) => afterMs);
    expect(times.slice(0, 20)).toEqual(Array(20).fill(0));
    expect(times).toHaveLength(100);
    for (const [index, atMs] of times.slice(20).entries()) {
      expect(atMs - (times[index] ?? 0)).toBeGreaterThanOrEqual(roundMs);
      expect(atMs - (times[index] ?? 0)).toBeLessThan(roundMs + 3);
    }
  });

  it('decides which call leaves when the slot fires', async () => {
    const scene = new SchedulerScene();
    scene.calls(40, 'early');
    await scene.run(990);
    scene.call('urgent', { lane: 'urgent' });
    scene.call('soon', { withinMs: 900 });
    await scene.run(100);
    expect(scene.left.slice(20, 22)).toEqual(['urgent', 'soon']);
  });

  it('returns a slot for which the process woke too late, and uses none late', async () => {
    const scene = new SchedulerScene();
    scene.calls(30, 'call');
    await scene.run(500);
    await scene.stall(700);
    const forfeited = scene.events.filter(({ type }) => type === 'forfeited');
    // The second slot that was held is returned with it, and granted again for now.
    expect(forfeited).toEqual([{ type: 'forfeited', lateMs: 1_200 - roundMs }]);
    // The limiter knows that nothing was sent in the second before.
    expect(scene.left).toHaveLength(30);
  });

  it('fills the gap of a returned slot', async () => {
    const scene = new SchedulerScene();
    scene.calls(20, 'first');
    await scene.run(roundMs - 20);
    scene.calls(60, 'call');
    await scene.run(0);
    // Two slots ahead are held when the process stands still; without the gap they would be lost.
    await scene.stall(200);
    await scene.run(1_100);
    expect(scene.events.filter(({ type }) => type === 'forfeited')).toHaveLength(1);
    expect(scene.left).toHaveLength(60);
  });

  it('returns the slot of a request that was never sent', async () => {
    const scene = new SchedulerScene();
    scene.onPermit = (permit, name) => {
      if (!name.startsWith('broken')) permit.sent();
      permit.ended();
    };
    scene.calls(30, 'broken');
    scene.calls(20, 'call');
    await scene.run(5);
    expect(scene.left).toHaveLength(50);
  });

  it('waits neither for replies nor for requests that have not left yet', async () => {
    const scene = new SchedulerScene();
    scene.onPermit = () => undefined;
    scene.calls(8, 'call');
    await scene.run(100);
    expect(scene.settled.map(({ afterMs }) => afterMs)).toEqual(Array(8).fill(0));
  });

  it('uses all of a raised quota, whether replies come or not', async () => {
    const raised = { limit: 400, windowMs: 1_000 };
    const scene = new SchedulerScene(
      {},
      (runtime) => new MemorySlidingWindow(runtime, raised),
      raised,
    );
    scene.onPermit = () => undefined;
    scene.calls(400, 'call');
    await scene.run(1_000);
    expect(scene.left).toHaveLength(400);
  });

  it('counts a request as sent that was answered before all of it was read', async () => {
    const scene = new SchedulerScene();
    scene.onPermit = (permit) => {
      permit.answered();
    };
    scene.calls(8, 'call');
    await scene.run(1);
    expect(scene.events.filter(({ type }) => type === 'sent')).toHaveLength(8);
  });

  it('returns a slot that is granted when no call waits any more', async () => {
    const stop = new ManualStop();
    const limiter = { answer: (_: SlotGrant): void => undefined };
    const asked: SlotRequest[] = [];
    const scene = new SchedulerScene({}, () => ({
      reserve: (request) => {
        asked.push(request);
        return new Promise((resolve) => (limiter.answer = resolve));
      },
      pause: () => Promise.resolve(),
      idle: () => Promise.resolve(),
    }));
    scene.call('cancelled', { deadline: stop });
    await scene.run(0);
    stop.now();
    const atMs = scene.runtime.nowMs + 900;
    limiter.answer({ slot: { id: 'late', atMs, spreadMs: 60 }, activeInstances: 1 });
    await scene.run(1);
    expect(scene.runtime.pendingTimers).toBe(0);
    scene.call('next');
    await scene.run(0);
    expect(asked[1]?.reports).toEqual([{ id: 'late' }]);
  });

  it('announces its next request to the limiter, and withdraws that when no call waits', async () => {
    const stop = new ManualStop();
    const asked: SlotRequest[] = [];
    let idles = 0;
    const scene = new SchedulerScene({}, (runtime) => ({
      reserve: (request) => {
        const atMs = runtime.nowMs + 400 + 100 * asked.push(request);
        const slot = { id: `slot${asked.length}`, atMs, spreadMs: request.spreadMs };
        return Promise.resolve({ slot, activeInstances: 1 });
      },
      pause: () => Promise.resolve(),
      idle: () => {
        idles++;
        return Promise.resolve();
      },
    }));
    const startMs = scene.runtime.nowMs;
    scene.calls(4, 'call', { deadline: stop });
    await scene.run(550);
    // When the first two were asked for, no slot was held yet.
    const nextRequestByMs = asked.map((request) => request.nextRequestByMs);
    expect(nextRequestByMs).toEqual([Infinity, Infinity, startMs + 600]);
    expect(idles).toBe(0);
    stop.now();
    expect(idles).toBe(1);
  });

  it('pauses when ZIM has refused a request, and continues more slowly', async () => {
    const scene = new SchedulerScene();
    scene.calls(45, 'call', { withinMs: 60_000 });
    await scene.run(10);
    scene.scheduler.pause();
    await scene.run(980);
    expect(scene.left).toHaveLength(20);
    await scene.run(3_000);
    expect(scene.left).toHaveLength(45);
    const [first = 0, second = 0] = [scene.settled[22]?.afterMs, scene.settled[42]?.afterMs];
    expect(second - first).toBeGreaterThan(roundMs + 10);
  });

  it('keeps no timer when no call waits', async () => {
    const scene = new SchedulerScene();
    const stop = new ManualStop();
    scene.calls(25, 'call', { deadline: stop });
    await scene.run(200);
    expect(scene.runtime.pendingTimers).toBeGreaterThan(0);
    stop.now();
    expect(scene.runtime.pendingTimers).toBe(0);
    scene.calls(30, 'other');
    await scene.run(5_000);
    expect(scene.left).toHaveLength(50);
    expect(scene.runtime.pendingTimers).toBe(0);
  });
});

describe('SlotScheduler, when it closes', () => {
  it('lets waiting calls leave for the drain time, and refuses the others and new ones', async () => {
    const scene = new SchedulerScene();
    scene.calls(80, 'call');
    await scene.run(1);
    const closed = scene.scheduler.close(2_500);
    scene.call('new');
    await scene.run(2_600);
    await closed;
    expect(scene.left).toHaveLength(60);
    expect(scene.refused[0]).toMatchObject({ name: 'new', refusal: { reason: 'closed' } });
    expect(scene.refused).toHaveLength(21);
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('is closed as soon as no call waits', async () => {
    const scene = new SchedulerScene();
    scene.calls(30, 'call');
    await scene.run(1);
    let closed = false;
    void scene.scheduler.close(5_000).then(() => (closed = true));
    await scene.run(1_000);
    expect(closed).toBe(false);
    await scene.run(20);
    expect(closed).toBe(true);
    expect(scene.left).toHaveLength(30);
    expect(scene.runtime.pendingTimers).toBe(0);
  });
});
