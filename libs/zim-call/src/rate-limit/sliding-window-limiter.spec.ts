import { Logger } from '@nestjs/common';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { SchedulerScene } from '../testing/scheduler-scene.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import type { SlidingWindowLimiter, SlotGrant, SlotRequest } from './sliding-window-limiter.js';

const settings = { limit: 20, windowMs: 1_000 };
const aYearMs = 365 * 24 * 3_600_000;

const rejects = () => Promise.reject(new Error('broken'));
const throws = () => {
  throw new Error('broken');
};

/** A scene whose limiter works, except for what a test replaces. */
function sceneWith(broken: Partial<SlidingWindowLimiter>) {
  return new SchedulerScene({}, (runtime): SlidingWindowLimiter => {
    const working = new MemorySlidingWindow(runtime, settings);
    return {
      reserve: (request) => working.reserve(request),
      pause: () => working.pause(),
      idle: () => working.idle(),
      ...broken,
    };
  });
}

/** A scene whose limiter works for some requests, then answers some by `answer`, and then works again. */
function sceneWithAnswers(count: number, answer: () => Promise<SlotGrant>, goodAnswers = 0) {
  const requests: SlotRequest[] = [];
  const scene = new SchedulerScene({}, (runtime): SlidingWindowLimiter => {
    const working = new MemorySlidingWindow(runtime, settings);
    return {
      reserve: (request) => {
        requests.push(request);
        const isGood = requests.length <= goodAnswers || requests.length > goodAnswers + count;
        return isGood ? working.reserve(request) : answer();
      },
      pause: () => working.pause(),
      idle: () => working.idle(),
    };
  });
  return { scene, requests };
}

describe('GuardedLimiter, when its limiter fails', () => {
  const failures: [string, () => Promise<never>][] = [
    ['rejects', rejects],
    ['throws', throws],
  ];
  let logged: jest.SpyInstance;
  beforeEach(() => {
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
  });
  afterEach(() => {
    logged.mockRestore();
  });

  it.each(failures)('%s: calls it again, less and less often, until it works', async (_, fail) => {
    const { scene, requests } = sceneWithAnswers(6, fail);
    scene.calls(10, 'call');
    await scene.run(60);
    expect(requests.length).toBeLessThanOrEqual(2);
    await scene.run(2_000);
    expect(scene.left).toHaveLength(10);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it.each(failures)('always %s: lets no call wait beyond its deadline', async (_, fail) => {
    const { scene, requests } = sceneWithAnswers(Number.POSITIVE_INFINITY, fail);
    scene.calls(3, 'call', { withinMs: 3_000 });
    await scene.run(3_100);
    expect(scene.refused).toHaveLength(3);
    for (const { afterMs } of scene.refused) expect(afterMs).toBeLessThanOrEqual(3_010);
    expect(requests.length).toBeLessThan(20);
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('lets no call wait beyond its deadline for a limiter that never answers', async () => {
    const scene = sceneWith({ reserve: () => new Promise(() => undefined) });
    scene.calls(3, 'call', { withinMs: 3_000 });
    await scene.run(3_100);
    expect(scene.refused.map(({ afterMs }) => afterMs)).toEqual([3_000, 3_000, 3_000]);
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('delivers reports again that the limiter has not taken', async () => {
    const { scene, requests } = sceneWithAnswers(1, rejects, 1);
    scene.call('first');
    await scene.run(1);
    scene.call('second');
    await scene.run(200);
    expect(scene.left).toEqual(['first', 'second']);
    expect(requests).toHaveLength(3);
    expect(requests[1]?.reports).not.toEqual([]);
    expect(requests[2]?.reports).toEqual(requests[1]?.reports);
  });

  it.each(failures)('%s when it is paused: logs that, and calls leave', async (_, fail) => {
    const scene = sceneWith({ pause: fail });
    scene.scheduler.pause();
    scene.call('call');
    await scene.run(10);
    expect(scene.left).toEqual(['call']);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it.each(failures)(
    '%s when no call waits: logs that, and the next calls leave',
    async (_, fail) => {
      const scene = sceneWith({ idle: fail });
      scene.call('call');
      await scene.run(10);
      expect(logged).toHaveBeenCalledTimes(1);
      scene.calls(10, 'next');
      await scene.run(10);
      expect(scene.left).toHaveLength(11);
    },
  );
});

describe('GuardedLimiter, when its limiter answers nonsense', () => {
  const { nowMs } = new ManualRuntime();
  const slot = { id: 'slot', spreadMs: 60 };
  const answers: [string, SlotGrant][] = [
    ['a wait of a year', { waitMs: aYearMs, tooLate: false }],
    ['a wait that is no number', { waitMs: Number.NaN, tooLate: false }],
    ['a slot in a year', { slot: { ...slot, atMs: nowMs + aYearMs }, activeInstances: 1 }],
    ['a slot a year ago', { slot: { ...slot, atMs: nowMs - aYearMs }, activeInstances: 1 }],
    ['a refusal for a wait that is no number', { waitMs: Number.NaN, tooLate: true }],
  ];

  it.each(answers)('calls it again within seconds: %s', async (_, answer) => {
    const { scene } = sceneWithAnswers(2, () => Promise.resolve(answer));
    scene.calls(4, 'call', { withinMs: 20_000 });
    await scene.run(6_000);
    expect(scene.left).toHaveLength(4);
  });
});
