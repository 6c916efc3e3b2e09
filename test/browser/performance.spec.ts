import { ZimSandbox } from 'zim-sandbox';
import type { Locator, Page } from 'playwright-core';
import { useBrowser } from './support/console-page.js';
import { memoryUsage, longestFrames, recordFrames } from './support/frames.js';
import { invite } from './support/invite.js';
import { SandboxProcess } from './support/sandbox-process.js';

const browser = useBrowser();
const seconds = 60;
const perSecond = 50;
const log = (figures: string) => process.stdout.write(`${figures}\n`);

/** Other load on the machine only makes a figure worse, so the best of a few attempts counts. */
const maxAttempts = 5;

it.each([
  ['zim-sandbox', 2000, () => SandboxProcess.start('--users', 'alice,bob')],
  // The phones appear only after Nest has loaded.
  ['npm start', 3000, () => SandboxProcess.startSample()],
])(
  '"%s" paints the page in less than 2 s, and the phones in less than %d ms',
  async (command, limitMs, start) => {
    const best = { paintMs: Infinity, phonesMs: Infinity };
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const { paintMs, phonesMs } = await timesOf(await start());
      log(`${command}: first paint after ${paintMs} ms, phones after ${phonesMs} ms`);
      best.paintMs = Math.min(best.paintMs, paintMs);
      best.phonesMs = Math.min(best.phonesMs, phonesMs);
      if (best.paintMs < 2000 && best.phonesMs < limitMs) break;
    }
    expect(best.paintMs).toBeLessThan(2000);
    expect(best.phonesMs).toBeLessThan(limitMs);
  },
);

/** Measures the page of a sandbox that was just started, and stops the sandbox. */
async function timesOf(sandbox: SandboxProcess): Promise<{ paintMs: number; phonesMs: number }> {
  try {
    const { page, phone } = await browser.open(sandbox.url);
    await phone('alice').waitFor();
    const paintedAt = await page.evaluate(
      () =>
        performance.timeOrigin +
        (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity),
    );
    const phonesMs = Date.now() - sandbox.startedAt;
    // It would connect to the next sandbox, and slow it down.
    await page.close();
    return { paintMs: Math.round(paintedAt - sandbox.startedAt), phonesMs };
  } finally {
    await sandbox.stop();
  }
}

async function scrollAndFilter(page: Page, requests: Locator): Promise<void> {
  const grid = requests.getByRole('grid');
  await grid.hover();
  for (let step = 0; step < 60; step++) await page.mouse.wheel(0, step < 40 ? 2000 : -4000);
  await grid.focus();
  for (const key of ['End', 'Home', 'PageDown', 'ArrowDown', 'Enter'])
    await page.keyboard.press(key);
  const filter = requests.getByRole('searchbox', { name: 'Filter' });
  await filter.pressSequentially('the 77', { delay: 40 });
  for (let step = 0; step < 10; step++) await page.mouse.wheel(0, 2000);
  await filter.fill('');
  await requests.getByRole('button', { name: 'Pause' }).click();
  await requests.getByRole('button', { name: 'Resume' }).click();
}

describe('with 10,000 requests', () => {
  let sandbox: ZimSandbox;

  beforeEach(async () => {
    sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], callsPerSecond: 1000 });
    await invite(sandbox, { Timeout: 1, ExtendedData: 'x'.repeat(500) });
    const [entry] = sandbox.journal.entries();
    if (entry === undefined) throw new Error('There is no request.');
    // Added to the journal directly, because 10,000 requests would take too long.
    for (let count = 1; count < 10_000; count++)
      sandbox.journal.add({
        ...entry,
        hint: `the ${count}th`,
        code: count % 10 === 0 ? 660300005 : 0,
      });
  });
  afterEach(() => sandbox.stop());

  /** Sends invites until the returned function is called. */
  function keepInviting(): () => Promise<void> {
    const sent: Promise<unknown>[] = [];
    const timer = setInterval(() => sent.push(invite(sandbox, { Timeout: 1 })), 1000 / perSecond);
    return async () => {
      clearInterval(timer);
      await Promise.all(sent);
    };
  }

  it('scrolls and filters without a frame over 100 ms, at 50 new requests a second', async () => {
    const { page, panel } = await browser.open(sandbox.url);
    const requests = panel('Requests');
    await requests.locator('[aria-rowcount="10001"]').waitFor();
    const stop = keepInviting();
    let longestMs = Infinity;
    for (let attempt = 0; attempt < maxAttempts && longestMs >= 100; attempt++) {
      await recordFrames(page);
      await scrollAndFilter(page, requests);
      const frames = await longestFrames(page);
      log(`longest frames with 10,000 rows: ${frames.join(', ')} ms`);
      longestMs = Math.min(longestMs, frames[0] ?? Infinity);
    }
    await stop();
    expect(longestMs).toBeLessThan(100);
  });

  it(`uses no more memory after ${seconds} s of ${perSecond} requests a second`, async () => {
    const { page, panel } = await browser.open(sandbox.url);
    await panel('Requests').locator('[aria-rowcount="10001"]').waitFor();
    const stop = keepInviting();
    // Fill the lists of calls and callbacks up to their limits first.
    await page.waitForTimeout((seconds * 1000) / 4);
    const samples = [await memoryUsage(page)];
    // Measure often, because a leak can show only in the peaks.
    while (samples.length <= 9) {
      await page.waitForTimeout((seconds * 1000) / 12);
      samples.push(await memoryUsage(page));
    }
    await stop();
    const heaps = samples.map(({ heapBytes }) => heapBytes / 1024 / 1024);
    const nodes = samples.map(({ domNodes }) => domNodes);
    log(
      `heap: ${heaps.map((megabytes) => megabytes.toFixed(1)).join(', ')} MB; DOM nodes: ${nodes.join(', ')}`,
    );
    expect(Math.max(...heaps) - (heaps[0] ?? 0)).toBeLessThan(3);
    expect(Math.max(...nodes)).toBeLessThan(10_000);
  }, 120_000);
});
