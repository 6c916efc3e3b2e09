import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';
import { footprint, longestFrames, watchFrames } from './support/frames.js';
import { invite } from './support/invite.js';
import { SandboxProcess } from './support/sandbox-process.js';

const browser = useBrowser();
const seconds = 60;
const perSecond = 50;
const tell = (figures: string) => process.stdout.write(`${figures}\n`);

/** What else the machine does makes single starts slower, never faster: the best of a few counts. */
const mostStarts = 3;

it.each([
  ['zim-sandbox', 2000, () => SandboxProcess.start('--users', 'alice,bob')],
  // While it loads Nest, the phones have to wait.
  ['npm start', 3000, () => SandboxProcess.startSample()],
])('is painted less than 2 s after "%s", phones in %d ms', async (command, limitMs, start) => {
  const best = { paintMs: Infinity, phonesMs: Infinity };
  for (let starts = 0; starts < mostStarts; starts++) {
    const { paintMs, phonesMs } = await timesOf(await start());
    tell(`${command}: first paint after ${paintMs} ms, phones after ${phonesMs} ms`);
    best.paintMs = Math.min(best.paintMs, paintMs);
    best.phonesMs = Math.min(best.phonesMs, phonesMs);
    if (best.paintMs < 2000 && best.phonesMs < limitMs) break;
  }
  expect(best.paintMs).toBeLessThan(2000);
  expect(best.phonesMs).toBeLessThan(limitMs);
});

/** Opens the page of a sandbox that was just started, and stops the sandbox. */
async function timesOf(sandbox: SandboxProcess): Promise<{ paintMs: number; phonesMs: number }> {
  try {
    const { page, phone } = await browser.open(sandbox.url);
    await phone('alice').waitFor();
    const paintedAt = await page.evaluate(
      () =>
        performance.timeOrigin +
        (performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity),
    );
    return {
      paintMs: Math.round(paintedAt - sandbox.startedAt),
      phonesMs: Date.now() - sandbox.startedAt,
    };
  } finally {
    await sandbox.stop();
  }
}

describe('with 10,000 requests', () => {
  let sandbox: ZimSandbox;

  beforeEach(async () => {
    sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], callsPerSecond: 1000 });
    await invite(sandbox, { Timeout: 1, ExtendedData: 'x'.repeat(500) });
    const [entry] = sandbox.journal.entries();
    if (entry === undefined) throw new Error('There is no request.');
    // Made from inside: so many requests would take too long.
    for (let count = 1; count < 10_000; count++)
      sandbox.journal.add({
        ...entry,
        hint: `the ${count}th`,
        code: count % 10 === 0 ? 660300005 : 0,
      });
  });
  afterEach(() => sandbox.stop());

  /** Invites as they come, until told to stop. */
  function keepInviting(): () => Promise<void> {
    const sent: Promise<unknown>[] = [];
    const timer = setInterval(() => sent.push(invite(sandbox, { Timeout: 1 })), 1000 / perSecond);
    return async () => {
      clearInterval(timer);
      await Promise.all(sent);
    };
  }

  it('scrolls and filters without a frame over 100 ms, while 50 a second come in', async () => {
    const { page, panel } = await browser.open(sandbox.url);
    const ledger = panel('Requests');
    const grid = ledger.getByRole('grid');
    await ledger.locator('[aria-rowcount="10001"]').waitFor();
    const stop = keepInviting();
    await watchFrames(page);
    await grid.hover();
    for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, turn < 40 ? 2000 : -4000);
    await grid.focus();
    for (const key of ['End', 'Home', 'PageDown', 'ArrowDown', 'Enter'])
      await page.keyboard.press(key);
    const filter = ledger.getByRole('searchbox', { name: 'Filter' });
    await filter.pressSequentially('the 77', { delay: 40 });
    for (let turn = 0; turn < 10; turn++) await page.mouse.wheel(0, 2000);
    await filter.fill('');
    await ledger.getByRole('button', { name: 'Pause' }).click();
    await ledger.getByRole('button', { name: 'Resume' }).click();
    const frames = await longestFrames(page);
    await stop();
    tell(`longest frames with 10,000 rows: ${frames.join(', ')} ms`);
    expect(frames[0]).toBeLessThan(100);
  });

  it(`keeps its memory for ${seconds} s of ${perSecond} requests a second`, async () => {
    const { page, panel } = await browser.open(sandbox.url);
    await panel('Requests').locator('[aria-rowcount="10001"]').waitFor();
    const stop = keepInviting();
    // Fills what is kept of calls and callbacks.
    await page.waitForTimeout((seconds * 1000) / 4);
    const prints = [await footprint(page)];
    // Often: what is held on to may be let go, and only its peaks tell.
    while (prints.length <= 9) {
      await page.waitForTimeout((seconds * 1000) / 12);
      prints.push(await footprint(page));
    }
    await stop();
    const heaps = prints.map(({ heapBytes }) => heapBytes / 1024 / 1024);
    const nodes = prints.map(({ domNodes }) => domNodes);
    tell(
      `heap: ${heaps.map((megabytes) => megabytes.toFixed(1)).join(', ')} MB; DOM nodes: ${nodes.join(', ')}`,
    );
    expect(Math.max(...heaps) - (heaps[0] ?? 0)).toBeLessThan(3);
    expect(Math.max(...nodes)).toBeLessThan(10_000);
  }, 120_000);
});
