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

/** Whoever calls the sandbox, with something wrong about them. */
const caller = (wrong: Partial<Parameters<typeof invite>[0]>) => {
  const { url, app, clock } = sandbox;
  return { url, app, clock, ...wrong };
};

/** Chooses the newest request. */
async function openNewest({ panel }: ConsolePage, requests = 'Requests'): Promise<void> {
  await panel(requests).getByRole('row').nth(1).click();
}
const count = (total: number) => `[aria-rowcount="${total + 1}"]`;

it('says which part of a signature is wrong, and how to mend it', async () => {
  const console = await browser.open(sandbox.url);
  const { app } = sandbox;
  await invite(caller({ app: { ...app, serverSecret: `${app.serverSecret}\n` } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  const detail = console.panel('Request detail');
  await detail.getByText('a line break after the ServerSecret').waitFor();
  expect(await detail.getByText('100000005').first().isVisible()).toBe(true);
});

it.each([
  ['en', 'Requests', 'Request detail', /660 s behind/],
  ['zh-CN', '请求', '请求详情', /660 ?秒/],
])('says by how much a clock is off, in %s', async (locale, requests, detail, text) => {
  const console = await browser.open(sandbox.url, { locale });
  await invite(caller({ clock: { now: () => sandbox.clock.now() - 660_000 } }));
  await console.panel(requests).locator(count(1)).waitFor();
  await openNewest(console, requests);
  await console.panel(detail).getByText(text).first().waitFor();
});

it('gives advice that follows what it found: no clock is set for milliseconds', async () => {
  const console = await browser.open(sandbox.url);
  await invite(caller({ clock: { now: () => sandbox.clock.now() * 1000 } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  const detail = console.panel('Request detail');
  await detail.getByText('Send the Timestamp in seconds').waitFor();
  expect(await detail.getByText(/clock and sign|Set the clock/).count()).toBe(0);
});

it('warns of a nonce that comes again and of overlapping requests, not of the same content', async () => {
  const console = await browser.open(sandbox.url);
  const ledger = console.panel('Requests');
  const cell = (text: string) => ledger.getByRole('gridcell', { name: text, exact: true });
  const colour = (text: string) =>
    cell(text).evaluate((element) => getComputedStyle(element).color);
  for (const nonce of ['one', 'two', 'two']) await invite(sandbox, {}, nonce);
  await ledger.locator(count(3)).waitFor();
  const neutral = await ledger
    .locator('.ledger-rows .ledger-duration')
    .first()
    .evaluate((element) => getComputedStyle(element).color);
  expect(await colour('same content ×2')).toBe(neutral);
  expect(await colour('nonce reused')).not.toBe(neutral);

  sandbox.faults.add({ times: 1, fault: { kind: 'hang' } });
  const giveUp = new AbortController();
  const hung = invite(sandbox, {}, 'three', giveUp.signal).catch(() => 'given up');
  await ledger.locator(count(4)).waitFor();
  await invite(sandbox);
  await ledger.locator(count(5)).waitFor();
  expect(await colour('overlaps ×5')).not.toBe(neutral);
  await openNewest(console);
  await console.panel('Request detail').getByText('was still open').waitFor();
  giveUp.abort();
  expect(await hung).toBe('given up');
});

it('shows a request with an AppID that the sandbox does not have', async () => {
  const console = await browser.open(sandbox.url);
  await invite(caller({ app: { appId: 4711, serverSecret: 'x' } }));
  await console.panel('Requests').locator(count(1)).waitFor();
  await openNewest(console);
  await console.panel('Request detail').getByText('4711').first().waitFor();
});

it('is filtered, paused, cleared, and saved', async () => {
  const console = await browser.open(sandbox.url);
  const ledger = console.panel('Requests');
  await invite(sandbox, { ExtendedData: 'needle' });
  for (const UserIds of [['nobody'], ['bob']]) await invite(sandbox, { UserIds });
  await ledger.locator(count(3)).waitFor();

  const filter = ledger.getByRole('searchbox', { name: 'Filter' });
  const told = await ledger.evaluateHandle((panel) => {
    const told: (string | undefined)[] = [];
    const grid = panel.querySelector('[role="grid"]');
    const look = () => told.push(panel.querySelector('.ledger-count')?.textContent);
    if (grid) new MutationObserver(look).observe(grid, { attributeFilter: ['aria-rowcount'] });
    return told;
  });
  await filter.fill('NEEDLE');
  await ledger.locator(count(1)).waitFor();
  expect(await told.jsonValue()).toEqual(['1 of 3']);
  const download = console.page.waitForEvent('download');
  await ledger.getByRole('button', { name: 'Export JSON' }).click();
  const saved = JSON.parse(await readFile(await (await download).path(), 'utf8')) as unknown;
  const [first] = sandbox.journal.entries();
  expect(JSON.stringify(saved)).toContain('needle');
  expect(saved).toEqual([JSON.parse(JSON.stringify(first))]);
  expect(JSON.stringify(saved)).not.toContain(sandbox.app.serverSecret);
  await filter.fill('');

  await ledger.getByRole('button', { name: 'Pause' }).click();
  await invite(sandbox);
  await ledger.getByText('1 new').waitFor();
  expect(await ledger.locator(count(3)).count()).toBe(1);
  await ledger.getByRole('button', { name: 'Resume' }).click();
  await ledger.locator(count(4)).waitFor();

  await ledger.getByRole('button', { name: 'Clear' }).click();
  await ledger.locator(count(0)).waitFor();
  await invite(sandbox);
  await ledger.locator(count(1)).waitFor();
  expect(sandbox.journal.entries()).toHaveLength(5);
});

it('the quota meter shows a burst, and what it cost', async () => {
  const startedAt = Date.now();
  // All in the same moment, however long it takes to send them.
  const clock = new SandboxClock(() => startedAt);
  const still = await ZimSandbox.start({ users: ['alice', 'bob'], clock });
  try {
    const { page, panel } = await browser.open(still.url);
    const meter = panel('Quota').getByRole('meter', { name: /CallInvite/ });
    await meter.waitFor();
    // It shows only for a second: whoever asks now and then may miss it.
    const hasShown = meter.evaluate((element) => {
      const isFull = () => element.ariaValueText?.startsWith('25 of 20') === true;
      return new Promise<void>((resolve) => {
        new MutationObserver(() => {
          if (isFull()) resolve();
        }).observe(element, { attributes: true });
      });
    });
    await Promise.all(Array.from({ length: 25 }, () => invite(still)));
    await hasShown;
    const cost = '25 arrived, at most 25 in a second, 5 refused';
    await panel('Quota').getByText(cost).waitFor();
    await panel('Quota').getByText('0 of 20').waitFor();
    expect(await page.getByRole('img', { name: cost }).count()).toBe(1);
  } finally {
    await still.stop();
  }
});

describe('a click makes go wrong', () => {
  it('the clock, until the rule is removed', async () => {
    const { panel } = await browser.open(sandbox.url);
    const faults = panel('Faults and clock');
    await faults.getByRole('button', { name: 'Clock 11 minutes off' }).click();
    await faults.getByText('hits: 0').waitFor();
    expect(await invite(sandbox)).toBe('');
    expect(sandbox.journal.entries().at(-1)).toMatchObject({ code: 100000004 });
    await faults.getByText('hits: 1').waitFor();
    await faults.getByRole('button', { name: 'Remove rule 1' }).click();
    await faults.getByText('No fault rules.').waitFor();
    expect(await invite(sandbox)).toMatch(/^\d{20}$/);
  });

  it('everything for 5 s', async () => {
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

  it('the next invite: half a reply, and a slow one', async () => {
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

it('a callback climbs its ladder, and is sent again by a click', async () => {
  const { panel } = await browser.open(sandbox.url);
  const callbacks = panel('Callbacks');
  const url = callbacks.getByRole('textbox', { name: 'Callback URL' });
  await url.fill('https://example.com/');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callbacks.getByText('must be an http:// address').waitFor();
  // Nobody listens there.
  await url.fill('http://127.0.0.1:9/');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callbacks.getByRole('alert').waitFor({ state: 'detached' });
  await invite(sandbox);
  const callback = callbacks.getByRole('article', { name: 'call_create 1', exact: true });
  const attempts = callback.getByRole('list', { name: 'Attempts' }).getByRole('listitem');
  await callback.getByText('again in 2 s').waitFor();
  for (const seconds of [2, 4, 8, 16, 32]) await sandbox.clock.advance(seconds * 1000);
  await callback.getByText('Dropped').waitFor();
  expect(await attempts.count()).toBe(6);
  await callback.getByRole('button', { name: 'Resend' }).click();
  await attempts.nth(6).waitFor();
});

it('the sandbox is reset by two clicks', async () => {
  const { phone, panel } = await browser.open(sandbox.url);
  await invite(sandbox);
  await phone('bob').getByText('alice is calling').waitFor();
  await panel('Faults and clock').getByRole('button', { name: 'Reset sandbox' }).click();
  expect(sandbox.calls.list()).toHaveLength(1);
  await panel('Faults and clock').getByRole('button', { name: 'Yes, reset it' }).click();
  await phone('bob').getByText('alice is calling').waitFor({ state: 'detached' });
  expect(sandbox.calls.list()).toEqual([]);
});

it('shows one app at a time, and what is typed for one is not sent for another', async () => {
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
