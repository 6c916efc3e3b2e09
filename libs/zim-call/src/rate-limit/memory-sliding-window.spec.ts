import { ManualRuntime } from '../testing/manual-runtime.js';
import { testSlidingWindowLimiter } from '../testing/limiter-contract.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import { marginMs, type SlidingWindowLimiter } from './sliding-window-limiter.js';

const second = { limit: 20, windowMs: 1_000 };
const ask = { reports: [], withinMs: 60_000, spreadMs: 0 };

async function takeAll(limiter: SlidingWindowLimiter, count: number): Promise<number> {
  let lastMs = 0;
  for (let index = 0; index < count; index++) lastMs = (await limiter.reserve(ask)).slot?.atMs ?? 0;
  return lastMs;
}

describe('MemorySlidingWindow', () => {
  testSlidingWindowLimiter((settings) => {
    const runtime = new ManualRuntime();
    return { limiter: new MemorySlidingWindow(runtime, settings), nowMs: () => runtime.nowMs };
  });

  it('widens its margin at each refusal, up to a limit, and halves it again in half a minute', async () => {
    const runtime = new ManualRuntime();
    const limiter = new MemorySlidingWindow(runtime, second);
    const margins: number[] = [];
    for (let refusals = 0; refusals < 7; refusals++) {
      await limiter.pause();
      runtime.advance(1_000);
      const startMs = runtime.nowMs;
      margins.push((await takeAll(limiter, 21)) - startMs - second.windowMs - marginMs.base);
      runtime.advance(5_000);
    }
    const { first, most } = marginMs;
    const faded = 0.5 ** (1_000 / marginMs.halfLife);
    expect(margins[0]).toBeCloseTo(first * faded, 2);
    expect(margins[1]).toBeGreaterThan(1.7 * first);
    expect(margins[6]).toBeCloseTo(most * faded, 2);

    runtime.advance(marginMs.halfLife - 6_000);
    const startMs = runtime.nowMs;
    const margin = (await takeAll(limiter, 21)) - startMs - second.windowMs - marginMs.base;
    expect(margin).toBeCloseTo(most / 2, 2);
  });

  it('counts the earlier sends that it is given', async () => {
    const runtime = new ManualRuntime();
    const sends = Array.from({ length: 20 }, (_, index) => ({
      id: `before:${index}`,
      usedAtMs: runtime.nowMs - 500,
    }));
    const limiter = new MemorySlidingWindow(runtime, second, sends);
    runtime.advance(300);
    const { slot } = await limiter.reserve(ask);
    expect(slot?.atMs).toBe(runtime.nowMs + 200 + marginMs.base);
  });
});
