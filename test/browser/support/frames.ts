import type { Page } from 'playwright-core';

declare global {
  interface Window {
    frames_: number[];
  }
}

/** Notes from now on how long each frame takes. */
export async function watchFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.frames_ = [];
    let before = performance.now();
    const frame = (): void => {
      const now = performance.now();
      window.frames_.push(now - before);
      before = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** The longest frames so far, in milliseconds, the longest first; the first two are the watch's own. */
export function longestFrames(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    window.frames_
      .slice(2)
      .sort((a, b) => b - a)
      .slice(0, 5)
      .map(Math.round),
  );
}

export interface Footprint {
  readonly heapBytes: number;
  /** Those that were taken off the page and are still held, too. */
  readonly domNodes: number;
}

/** What the page holds in memory, without garbage. */
export async function footprint(page: Page): Promise<Footprint> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapBytes: usedSize, domNodes: nodes };
}
