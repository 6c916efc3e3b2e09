import { readFile } from 'node:fs/promises';
import { SandboxClock, ZimSandbox } from 'zim-sandbox';
import { type ConsolePage, useBrowser } from './support/console-page.js';
import { invite } from './support/invite.js';

const browser = useBrowser();
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
});
afterEach(() => sandbox.stop());

/** Returns the target of an invite, with wrong values. */
const target = (wrong: Partial<Parameters<typeof invite>[0]>) => {
  const { url, app, clock } = sandbox;
  return { url, app, clock, ...wrong };
};

/** Opens the detail of the newest request. */
async function openNewest({ panel }: ConsolePage, requests = 'Requests'): Promise<void> {
  await panel(requests).getByRole('row').nth(1).click();
}
const count = (total: number) => `[aria-rowcount="${total + 1}"]`;

it('shows which part of a signature is wrong, and how to fix it', async () => {
  const console = await browser.open(sandbox.url);
  const { app } = sandbox;
  await invite(target({ app: { ...app, serverSecret: `${app.serverSecret}\n` } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  const detail = console.panel('Request detail');
  await detail.getByText('a line break after the ServerSecret').waitFor();
  expect(await detail.getByText('100000005').first().isVisible()).toBe(true);
});

it.each([
  ['en', 'Requests', 'Request detail', /660 s behind/],
  ['zh-CN', '请求', '请求详情', /660 ?秒/],
])('shows how far a clock is off, in %s', async (locale, requests, detail, text) => {
  const console = await browser.open(sandbox.url, { locale });
  await invite(target({ clock: { now: () => sandbox.clock.now() - 660_000 } }));
  await console.panel(requests).locator(count(1)).waitFor();
  await openNewest(console, requests);
  await console.panel(detail).getByText(text).first().waitFor();
});

it('advises by the cause: a Timestamp in milliseconds is no reason to correct a clock', async () => {
  const console = await browser.open(sandbox.url);
  await invite(target({ clock: { now: () => sandbox.clock.now() * 1000 } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  const detail = console.panel('Request detail');
  await detail.getByText('Send the Timestamp in seconds').waitFor();
  expect(await detail.getByText(/clock and sign|(Set|Correct) the clock/).count()).toBe(0);
});

it('warns of a reused nonce and of overlapping requests, but not of the same content', async () => {
  const console = await browser.open(sandbox.url);
  const requests = console.panel('Requests');
  const cell = (text: string) => requests.getByRole('gridcell', { name: text, exact: true });
  const colour = (text: string) =>
    cell(text).evaluate((element) => getComputedStyle(element).color);
  for (const nonce of ['one', 'two', 'two']) await invite(sandbox, {}, nonce);
  await requests.locator(count(3)).waitFor();
  const neutral = await requests
    .locator('.requests-rows .request-duration')
    .first()
    .evaluate((element) => getComputedStyle(element).color);
  expect(await colour('same content ×2')).toBe(neutral);
  expect(await colour('nonce reused')).not.toBe(neutral);

  sandbox.faults.add({ times: 1, fault: { kind: 'hang' } });
  const controller = new AbortController();
  const hung = invite(sandbox, {}, 'three', controller.signal).catch(() => 'aborted');
  await requests.locator(count(4)).waitFor();
  await invite(sandbox);
  await requests.locator(count(5)).waitFor();
  expect(await colour('overlaps ×5')).not.toBe(neutral);
  await openNewest(console);
  await console.panel('Request detail').getByText('was still in progress').waitFor();
  controller.abort();
  expect(await hung).toBe('aborted');
});

it('shows a request with an unknown AppID', async () => {
  const console = await browser.open(sandbox.url);
  await invite(target({ app: { appId: 4711, serverSecret: 'x' } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  await console.panel('Request detail').getByText('4711').first().waitFor();
});

it('can be filtered, paused, cleared and saved', async () => {
  const console = await browser.open(sandbox.url);
  const requests = console.panel('Requests');
  await invite(sandbox, { ExtendedData: 'needle' });
  for (const UserIds of [['zoe'], ['bob']]) await invite(sandbox, { UserIds });
  await requests.locator(count(3)).waitFor();

  const filter = requests.getByRole('searchbox', { name: 'Filter' });
  const counts = await requests.evaluateHandle((panel) => {
    const counts: (string | undefined)[] = [];
    const grid = panel.querySelector('[role="grid"]');
    const record = () => counts.push(panel.querySelector('.requests-count')?.textContent);
    if (grid) new MutationObserver(record).observe(grid, { attributeFilter: ['aria-rowcount'] });
    return counts;
  });
  await filter.fill('NEEDLE');
  await requests.locator(count(1)).waitFor();
  expect(await counts.jsonValue()).toEqual(['1 of 3']);
  const download = console.page.waitForEvent('download');
  await requests.getByRole('button', { name: 'Export JSON' }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8')) as unknown;
  const [first] = sandbox.journal.entries();
  expect(JSON.stringify(saved)).toContain('needle');
  expect(saved).toEqual([JSON.parse(JSON.stringify(first))]);
  expect(JSON.stringify(saved)).not.toContain(sandbox.app.serverSecret);
  await filter.fill('');

  await requests.getByRole('button', { name: 'Pause' }).click();
  await invite(sandbox);
  await requests.getByText('1 new').waitFor();
  expect(await requests.locator(count(3)).count()).toBe(1);
  await requests.getByRole('button', { name: 'Resume' }).click();
  await requests.locator(count(4)).waitFor();

  await requests.getByRole('button', { name: 'Clear' }).click();
  await requests.locator(count(0)).waitFor();
  await invite(sandbox);
  await requests.locator(count(1)).waitFor();
  expect(sandbox.journal.entries()).toHaveLength(5);
});

it('the quota meter shows a burst and its refusals', async () => {
  const startedAt = Date.now();
  // A frozen clock, so that all requests arrive in the same second.
  const clock = new SandboxClock(() => startedAt);
  const frozen = await ZimSandbox.start({ users: ['alice', 'bob'], clock });
  try {
    const { page, panel } = await browser.open(frozen.url);
    const meter = panel('Quota').getByRole('meter', { name: /CallInvite/ });
    await meter.waitFor();
    // The value is visible for only a second, so polling could miss it.
    const hasShown = meter.evaluate((element) => {
      const isFull = () => element.ariaValueText?.startsWith('25 of 20') === true;
      return new Promise<void>((resolve) => {
        new MutationObserver(() => {
          if (isFull()) resolve();
        }).observe(element, { attributes: true });
      });
    });
    await Promise.all(Array.from({ length: 25 }, () => invite(frozen)));
    await hasShown;
    const summary = '25 arrived, at most 25 in a second, 5 refused';
    await panel('Quota').getByText(summary).waitFor();
    await panel('Quota').getByText('0 of 20').waitFor();
    expect(await page.getByRole('img', { name: summary }).count()).toBe(1);
  } finally {
    await frozen.stop();
  }
});

describe('a fault preset', () => {
  it('moves the clock until the rule is removed', async () => {
    const { panel } = await browser.open(sandbox.url);
    const faults = panel('Faults and clock');
    await faults.getByRole('button', { name: 'Clock 11 min off' }).click();
    await faults.getByText('hits: 0').waitFor();
    expect(await invite(sandbox)).toBe('');
    expect(sandbox.journal.entries().at(-1)).toMatchObject({ code: 100000004 });
    await faults.getByText('hits: 1').waitFor();
    await faults.getByRole('button', { name: 'Remove rule 1' }).click();
    await faults.getByText('No fault rules.').waitFor();
    expect(await invite(sandbox)).toMatch(/^\d{20}$/);
  });

  it('throttles every request for 5 s', async () => {
    const { panel } = await browser.open(sandbox.url);
    const faults = panel('Faults and clock');
    await faults.getByRole('button', { name: 'Throttled for 5 s' }).click();
    await faults.getByText('s left').waitFor();
    expect(await invite(sandbox)).toBe('');
    expect(sandbox.journal.entries().at(-1)).toMatchObject({ code: 660300005 });
    await faults.getByRole('button', { name: '+10 s' }).click();
    await faults.getByText('No fault rules.').waitFor();
    expect(await invite(sandbox)).toMatch(/^\d{20}$/);
  });

  it('sends half a reply to the next invite, or delays it', async () => {
    const { panel } = await browser.open(sandbox.url);
    const faults = panel('Faults and clock');
    await faults.getByRole('button', { name: 'Half a reply' }).click();
    await faults.getByText('hits: 0 of 1').waitFor();
    await expect(invite(sandbox)).rejects.toThrow();
    await faults.getByText('hits: 1 of 1').waitFor();
    await faults.getByRole('button', { name: 'Slow' }).click();
    await faults.getByText('hits: 0 of 1').waitFor();
    const slow = invite(sandbox);
    await faults.getByText('hits: 1 of 1').nth(1).waitFor();
    await faults.getByRole('button', { name: '+10 s' }).click();
    expect(await slow).toMatch(/^\d{20}$/);
    await faults.getByRole('button', { name: 'Remove all' }).click();
    await faults.getByText('No fault rules.').waitFor();
  });
});

it('a callback is retried until it is dropped, and can be resent', async () => {
  const { panel } = await browser.open(sandbox.url);
  const callbacks = panel('Callbacks');
  const url = callbacks.getByRole('textbox', { name: 'Callback URL' });
  await url.fill('https://example.com/');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callbacks.getByText('must be an http:// address').waitFor();
  // No server listens on this port.
  await url.fill('http://127.0.0.1:9/');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callbacks.getByRole('alert').waitFor({ state: 'detached' });
  await invite(sandbox);
  const callback = callbacks.getByRole('article', { name: 'call_create 1', exact: true });
  const attempts = callback.getByRole('list', { name: 'Attempts' }).getByRole('listitem');
  await callback.getByText('next in 2 s').waitFor();
  for (const seconds of [2, 4, 8, 16, 32]) await sandbox.clock.advance(seconds * 1000);
  await callback.getByText('Dropped').waitFor();
  expect(await attempts.count()).toBe(6);
  await callback.getByRole('button', { name: 'Resend' }).click();
  await attempts.nth(6).waitFor();
});

it('the sandbox is reset after a confirmation', async () => {
  const { phone, panel } = await browser.open(sandbox.url);
  await invite(sandbox);
  await phone('bob').getByText('alice is calling').waitFor();
  await panel('Faults and clock').getByRole('button', { name: 'Reset sandbox' }).click();
  expect(sandbox.calls.list()).toHaveLength(1);
  await panel('Faults and clock').getByRole('button', { name: 'Confirm reset' }).click();
  await phone('bob').getByText('alice is calling').waitFor({ state: 'detached' });
  expect(sandbox.calls.list()).toEqual([]);
});

it('shows one app at a time, and clears the form when another app is selected', async () => {
  const apps = [
    { appId: 1, serverSecret: 'one' },
    { appId: 2, serverSecret: 'two' },
  ];
  const both = await ZimSandbox.start({ apps, users: ['alice', 'bob', 'carol'] });
  try {
    const { page, phone, panel } = await browser.open(both.url);
    const callees = panel('Place a call').getByRole('textbox', { name: 'Callees' });
    const call = panel('Place a call').getByRole('button', { name: 'Call', exact: true });
    await callees.fill('carol');
    await call.click();
    await phone('carol').getByText('alice is calling').waitFor();
    await page.getByRole('combobox', { name: 'App', exact: true }).selectOption('2');
    await phone('carol').getByText('No call').waitFor();
    expect(await panel('Requests').locator(count(0)).count()).toBe(1);
    expect(await callees.inputValue()).toBe('bob');
    await call.click();
    await phone('bob').getByText('alice is calling').waitFor();
    expect(both.calls.list(2)).toMatchObject([{ ringing: ['bob'] }]);
    expect(both.calls.list(1)).toMatchObject([{ ringing: ['carol'] }]);
  } finally {
    await both.stop();
  }
});
