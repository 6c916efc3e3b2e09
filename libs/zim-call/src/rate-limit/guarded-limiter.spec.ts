import { Logger } from '@nestjs/common';
import { SchedulerScene } from '../testing/scheduler-scene.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import type { SlotGrant, SlotRequest, SlidingWindowLimiter } from './sliding-window-limiter.js';

const settings = { limit: 20, windowMs: 1_000 };
const aYearMs = 365 * 24 * 3_600_000;

/** A ring that answers so many questions in its own way, after some that it answers well, and works from then on. */
function sceneWithRing(brokenAnswers: number, answer: () => Promise<SlotGrant>, goodAnswers = 0) {
  const asked: SlotRequest[] = [];
  const scene = new SchedulerScene({}, (runtime): SlidingWindowLimiter => {
    const working = new MemorySlidingWindow(runtime, settings);
    return {
      reserve: (request) => {
        asked.push(request);
        const isGood = asked.length <= goodAnswers || asked.length > goodAnswers + brokenAnswers;
        return isGood ? working.reserve(request) : answer();
      },
      pause: () => Promise.reject(new Error('broken')),
      rest: () => Promise.resolve(),
    };
  });
  return { scene, asked };
}

const ways: [string, () => Promise<SlotGrant>][] = [
  ['rejects', () => Promise.reject(new Error('broken'))],
  [
    'throws',
    () => {
      throw new Error('broken');
    },
  ],
];

describe('a rate limiter that fails', () => {
  let logged: jest.SpyInstance;
  beforeEach(() => {
    logged = jest.spyOn(Logger.prototype, 'error').mockImplementation();
  });
  afterEach(() => {
    logged.mockRestore();
  });

  it.each(ways)('and %s is asked again, less and less often, until it works', async (_, fail) => {
    const { scene, asked } = sceneWithRing(6, fail);
    scene.calls(10, 'call');
    await scene.run(60);
    expect(asked.length).toBeLessThanOrEqual(2);
    await scene.run(2_000);
    expect(scene.left).toHaveLength(10);
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it.each(ways)('and always %s lets no call wait beyond its deadline', async (_, fail) => {
    const { scene, asked } = sceneWithRing(Number.POSITIVE_INFINITY, fail);
    scene.calls(3, 'call', { withinMs: 3_000 });
    await scene.run(3_100);
    expect(scene.refused).toHaveLength(3);
    for (const { afterMs } of scene.refused) expect(afterMs).toBeLessThanOrEqual(3_010);
    expect(asked.length).toBeLessThan(20);
    expect(scene.runtime.pendingTimers).toBe(0);
  });

  it('is told again what became of earlier slots', async () => {
    const { scene, asked } = sceneWithRing(1, () => Promise.reject(new Error('broken')), 1);
    scene.call('first');
    await scene.run(1);
    scene.call('second');
    await scene.run(200);
    expect(scene.left).toEqual(['first', 'second']);
    expect(asked).toHaveLength(3);
    expect(asked[1]?.reports).not.toEqual([]);
    expect(asked[2]?.reports).toEqual(asked[1]?.reports);
  });

  it('to pause is logged, and nothing else', async () => {
    const { scene } = sceneWithRing(0, () => Promise.reject(new Error('unused')));
    scene.quota.throttled();
    scene.call('call');
    await scene.run(10);
    expect(scene.left).toEqual(['call']);
    expect(logged).toHaveBeenCalledTimes(1);
  });
});

describe('a rate limiter that answers nonsense once', () => {
  const answers: [string, SlotGrant][] = [
    ['a wait of a year', { waitMs: aYearMs, tooLate: false }],
    ['a wait that is no number', { waitMs: Number.NaN, tooLate: false }],
    [
      'a slot in a year',
      { slot: { id: 'far', atMs: aYearMs, lateLimitMs: 60 }, activeInstances: 1 },
    ],
    ['a refusal for a wait that is no number', { waitMs: Number.NaN, tooLate: true }],
  ];

  it.each(answers)('%s, is asked again within seconds', async (_, answer) => {
    const { scene } = sceneWithRing(2, () => Promise.resolve(answer));
    scene.calls(4, 'call', { withinMs: 20_000 });
    await scene.run(6_000);
    expect(scene.left).toHaveLength(4);
  });
});
