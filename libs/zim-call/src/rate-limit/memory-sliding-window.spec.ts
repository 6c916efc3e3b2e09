import { ManualRuntime } from '../testing/manual-runtime.js';
import { keepsLimiterContract } from '../testing/limiter-contract.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import {
  baseMarginMs,
  marginHalfLifeMs,
  type SlidingWindowLimiter,
  widenedMarginMs,
} from './sliding-window-limiter.js';

const second = { limit: 20, windowMs: 1_000 };
const ask = { reports: [], withinMs: 60_000, lateLimitMs: 0 };

async function takeAll(ring: SlidingWindowLimiter, count: number): Promise<number> {
  let lastMs = 0;
  for (let index = 0; index < count; index++) lastMs = (await ring.reserve(ask)).slot?.atMs ?? 0;
  return lastMs;
}

describe('MemorySlidingWindow', () => {
  keepsLimiterContract((settings) => {
    const runtime = new ManualRuntime();
    return { ring: new MemorySlidingWindow(runtime, settings), nowMs: () => runtime.nowMs };
  });

  it('widens its margin at each refusal, up to a limit, and halves it again in half a minute', async () => {
    const runtime = new ManualRuntime();
    const ring = new MemorySlidingWindow(runtime, second);
    const margins: number[] = [];
    for (let refusals = 0; refusals < 7; refusals++) {
      await ring.pause();
      runtime.advance(1_000);
      const startMs = runtime.nowMs;
      margins.push((await takeAll(ring, 21)) - startMs - second.windowMs - baseMarginMs);
      runtime.advance(5_000);
    }
    const { first, most } = widenedMarginMs;
    const faded = 0.5 ** (1_000 / marginHalfLifeMs);
    expect(margins[0]).toBeCloseTo(first * faded, 2);
    expect(margins[1]).toBeGreaterThan(1.7 * first);
    expect(margins[6]).toBeCloseTo(most * faded, 2);

    runtime.advance(marginHalfLifeMs - 6_000);
    const startMs = runtime.nowMs;
    const margin = (await takeAll(ring, 21)) - startMs - second.windowMs - baseMarginMs;
    expect(margin).toBeCloseTo(most / 2, 2);
  });

  it('opens when told, and counts what it is told was sent', async () => {
    const runtime = new ManualRuntime();
    const slots = Array.from({ length: 20 }, (_, index) => ({
      id: `before:${index}`,
      atMs: runtime.nowMs - 500,
    }));
    const ring = new MemorySlidingWindow(runtime, second, {
      opensAtMs: runtime.nowMs + 300,
      slots,
    });
    expect(await ring.reserve(ask)).toEqual({ waitMs: 300, tooLate: false });
    runtime.advance(300);
    const { slot } = await ring.reserve(ask);
    expect(slot?.atMs).toBe(runtime.nowMs + 200 + baseMarginMs);
  });
});
