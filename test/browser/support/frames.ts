import type { Page } from 'playwright-core';

declare global {
  interface Window {
    frameDurationsMs: number[];
  }
}

/** Starts to record the duration of each frame, and forgets those recorded before. */
export async function recordFrames(page: Page): Promise<void> {
  await page.evaluate(() => {
    const durationsMs: number[] = [];
    window.frameDurationsMs = durationsMs;
    let previous = performance.now();
    const frame = (): void => {
      const now = performance.now();
      durationsMs.push(now - previous);
      previous = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
}

/** Returns the longest frames in milliseconds, longest first, without the two that the recording itself causes. */
export function longestFrames(page: Page): Promise<number[]> {
  return page.evaluate(() =>
    window.frameDurationsMs
      .slice(2)
      .sort((a, b) => b - a)
      .slice(0, 5)
      .map(Math.round),
  );
}

export interface MemoryUsage {
  readonly heapBytes: number;
  /** Including removed nodes that are still referenced. */
  readonly domNodes: number;
}

/** Measures the memory of the page after a garbage collection. */
export async function memoryUsage(page: Page): Promise<MemoryUsage> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes } = await session.send('Memory.getDOMCounters');
  await session.detach();
  return { heapBytes: usedSize, domNodes: nodes };
}
