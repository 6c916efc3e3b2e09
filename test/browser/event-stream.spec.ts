import { ZimSandbox } from 'zim-sandbox';
import { TcpProxy } from '../support/tcp-proxy.js';
import { type ConsolePage, useBrowser } from './support/console-page.js';
import { invite } from './support/invite.js';

const browser = useBrowser();
let sandbox: ZimSandbox;
let proxy: TcpProxy;
let url: string;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'] });
  proxy = await TcpProxy.start(sandbox.port);
  url = `http://127.0.0.1:${proxy.port}`;
});
afterEach(async () => {
  await proxy.stop();
  await sandbox.stop();
});

const ringsAt = ({ phone }: ConsolePage) => phone('bob').getByText('alice is calling').waitFor();
const isLost = ({ page }: ConsolePage) => page.getByText('Connection lost').waitFor();
const isLive = ({ page }: ConsolePage) => page.getByText('Live', { exact: true }).waitFor();
/** Returns the number of listed requests, plus the header row. */
const rows = ({ panel }: ConsolePage) =>
  panel('Requests').getByRole('grid').getAttribute('aria-rowcount');

it('shows after a disconnect what happened in the meantime, without duplicates', async () => {
  const console = await browser.open(url);
  await invite(sandbox);
  await ringsAt(console);
  proxy.cut();
  await isLost(console);
  const [first] = sandbox.calls.list();
  sandbox.devices.accept({ userId: 'bob', callId: first?.callId ?? '' });
  sandbox.devices.logout({ userId: 'alice' });
  await invite(sandbox);
  await invite(sandbox, { UserIds: ['zoe'] });
  proxy.restore();
  await isLive(console);
  await ringsAt(console);
  await console.phone('alice').getByText('logged out').first().waitFor();
  await expect(rows(console)).resolves.toBe('4');
});

it('shows the current state after a disconnect with more events than the sandbox keeps', async () => {
  const console = await browser.open(url);
  const callId = await invite(sandbox);
  await ringsAt(console);
  proxy.cut();
  await isLost(console);
  const call = sandbox.calls.get(callId);
  if (call === undefined) throw new Error('There is no call.');
  // Changed directly, because 25,000 requests would take too long.
  for (let count = 1; count <= 25_000; count++)
    sandbox.calls.put(sandbox.app.appId, { ...call, extendedData: `change ${count}` }, 0);
  proxy.restore();
  await console.phone('bob').getByText('change 25000').waitFor();
});

it('shows a new sandbox at the same address', async () => {
  const { port } = sandbox;
  const console = await browser.open(sandbox.url);
  const form = console.panel('Place a call');
  await form.getByRole('textbox', { name: 'Extended data' }).fill('typed');
  await form.getByRole('button', { name: 'Call', exact: true }).click();
  await form.getByText('Ringing.').waitFor();
  await ringsAt(console);
  await sandbox.stop();
  await isLost(console);
  sandbox = await ZimSandbox.start({ port, users: ['carol'] });
  await console.phone('carol').waitFor();
  await isLive(console);
  expect(await console.phone('bob').count()).toBe(0);
  expect(await form.getByText('Ringing.').count()).toBe(0);
  const data = form.getByRole('textbox', { name: 'Extended data' });
  expect(await data.inputValue()).toBe('typed');
});

it('works in more tabs than a browser has connections to a host', async () => {
  const context = await browser.newContext();
  const tabs: ConsolePage[] = [];
  // A browser opens at most six connections to a host.
  for (let count = 0; count < 8; count++) tabs.push(await browser.open(url, context));
  await invite(sandbox);
  await Promise.all(tabs.map(ringsAt));
  await tabs.at(-1)?.phone('bob').getByRole('button', { name: 'Decline' }).click();
  await Promise.all(tabs.map(({ phone }) => phone('bob').getByText('Declined').waitFor()));
  await tabs[0]?.page.close();
  await invite(sandbox);
  await Promise.all(tabs.slice(1).map(ringsAt));
});

it('shows the remaining ring time of a call that started before the page was opened', async () => {
  await invite(sandbox, { Timeout: 600 });
  await sandbox.clock.advance(300_000);
  const console = await browser.open(url);
  await ringsAt(console);
  const text = await console.phone('bob').innerText();
  const seconds = Number(/(\d+) s/.exec(text)?.[1]);
  expect(seconds).toBeGreaterThan(280);
  expect(seconds).toBeLessThanOrEqual(300);
});

it('shows the same after a reload', async () => {
  const console = await browser.open(url);
  await invite(sandbox);
  await invite(sandbox, { UserIds: ['zoe'] });
  await console.page.reload();
  await ringsAt(console);
  expect(await rows(console)).toBe('3');
});

it('is empty after a reset by code', async () => {
  const console = await browser.open(url);
  await invite(sandbox);
  await ringsAt(console);
  sandbox.reset();
  await console.phone('bob').getByText('alice is calling').waitFor({ state: 'detached' });
  expect(await rows(console)).toBe('1');
});

it('works without a shared worker', async () => {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    Reflect.deleteProperty(globalThis, 'SharedWorker');
  });
  const console = await browser.open(url, context);
  await invite(sandbox);
  await ringsAt(console);
  proxy.cut();
  await isLost(console);
  sandbox.reset();
  proxy.restore();
  await console.phone('bob').getByText('alice is calling').waitFor({ state: 'detached' });
});
