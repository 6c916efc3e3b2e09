import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';
import { invite } from './support/invite.js';

const hostile = '<img src=x onerror=alert(1)>';
const browser = useBrowser();
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({
    users: [
      { userId: 'alice', userName: 'Alice' },
      'bob',
      'carol',
      { userId: 'dave', presence: 'offline' },
      { userId: 'erin', presence: 'never-logged-in' },
      { userId: hostile, userName: '"><script>alert(2)</script>' },
    ],
  });
});
afterEach(() => sandbox.stop());

/** Creates ringing, waiting and ended calls, a refusal, callbacks and faults. */
async function fill(): Promise<void> {
  const offlinePush = { Enable: 1, Title: 'Alice', Content: 'is calling you' };
  const answered = await invite(sandbox, { UserIds: ['bob', 'carol'] });
  sandbox.devices.accept({ userId: 'bob', callId: answered });
  sandbox.devices.reject({ userId: 'carol', callId: answered, extendedData: 'busy' });
  await invite(sandbox, {
    UserIds: ['bob', 'dave', 'erin'],
    ExtendedData: '{"room":"42"}',
    OfflinePush: offlinePush,
  });
  await invite(sandbox, { UserIds: ['zoe'] });
  sandbox.faults.add({ times: 1, fault: { kind: 'reset', when: 'after' } });
  sandbox.faults.add({ match: { userId: 'carol' }, fault: { kind: 'hang' } });
  await invite(sandbox, { UserIds: ['carol'] }).catch(() => 'the injected fault');
  await sandbox.callbacks.idle();
}

describe.each([
  ['en', 'light', 1440],
  ['en', 'dark', 1440],
  ['zh-CN', 'light', 1440],
  ['zh-CN', 'dark', 390],
  ['en', 'light', 390],
] as const)('in %s, %s, %i px wide', (locale, colorScheme, width) => {
  const look = { locale, colorScheme, viewport: { width, height: 900 } };
  const name = `${locale}-${colorScheme}-${width}`;

  it('is accessible, and fits the width', async () => {
    await fill();
    const { page, panel, violations, screenshot } = await browser.open(sandbox.url, look);
    await page
      .getByText(locale === 'en' ? 'alice is calling' : 'alice', { exact: false })
      .first()
      .waitFor();
    const requests = panel(locale === 'en' ? 'Requests' : '请求');
    await requests.getByRole('row').nth(2).click();
    for (const summary of await page.locator('summary').all()) await summary.click();
    expect(await violations()).toEqual([]);
    expect(
      await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth),
    ).toBeLessThanOrEqual(0);
    await screenshot(name);
  });
});

it('shows how to add users if there are none', async () => {
  const empty = await ZimSandbox.start();
  try {
    const { page, panel, violations, screenshot } = await browser.open(empty.url);
    await panel('Phones').getByRole('textbox').fill('zoe');
    expect(await violations()).toEqual([]);
    await screenshot('empty');
    await panel('Phones').getByRole('button', { name: 'Add' }).click();
    await page.getByRole('article', { name: 'zoe' }).waitFor();
  } finally {
    await empty.stop();
  }
});

it('remembers the language and the colours', async () => {
  const { page } = await browser.open(sandbox.url, { colorScheme: 'light' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await page.getByLabel('Colours').selectOption('dark');
  await page.getByLabel('Language').selectOption('zh');
  await page.getByRole('heading', { name: '手机' }).waitFor();
  expect(await background()).not.toBe(light);
  await page.reload();
  await page.getByRole('heading', { name: '手机' }).waitFor();
  expect(await background()).not.toBe(light);
  expect(await page.getAttribute('html', 'lang')).toBe('zh-CN');
});

it('shows names and data as text, and runs no markup', async () => {
  const payload = `<svg onload=alert(3)>${hostile}</svg>`;
  const callId = await invite(sandbox, {
    FromUserId: hostile,
    UserIds: ['bob'],
    ExtendedData: payload,
    OfflinePush: { Enable: 1, Title: hostile, Content: payload },
    [hostile]: payload,
  });
  await invite(sandbox, {
    FromUserId: 'alice',
    UserIds: ['dave', hostile],
    OfflinePush: { Enable: 1, Title: hostile },
  });
  const { page, phone, panel } = await browser.open(sandbox.url);
  await phone('bob').getByText(`${hostile} is calling`).waitFor();
  await phone('bob').getByText(payload).waitFor();
  await phone(hostile).getByRole('button', { name: 'Decline' }).click();
  sandbox.devices.reject({ userId: 'bob', callId, extendedData: payload });
  await panel('Requests').getByRole('row').nth(2).click();
  await panel('Request detail').getByText(payload).first().waitFor();
  expect(await page.locator('img, main script, svg[onload]').count()).toBe(0);
});

it('can be used with only the keyboard', async () => {
  const { page, phone } = await browser.open(sandbox.url);
  await invite(sandbox);
  await phone('bob').getByText('alice is calling').waitFor();
  const isFocused = () =>
    page.evaluate(() => document.activeElement?.matches('button.good') ?? false);
  for (let presses = 0; presses < 60 && !(await isFocused()); presses++)
    await page.keyboard.press('Tab');
  expect(await isFocused()).toBe(true);
  await page.keyboard.press('Enter');
  await phone('bob').getByText('Accepted').waitFor();
  // The focus must not return to the top of the page.
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('BODY');
});

it('announces calls to screen readers', async () => {
  const { page } = await browser.open(sandbox.url);
  await page.getByRole('article', { name: 'bob' }).waitFor();
  await invite(sandbox);
  const liveRegion = page.locator('[aria-live=polite]');
  await liveRegion.getByText("bob's phone rings: alice is calling").waitFor({ state: 'attached' });
});
