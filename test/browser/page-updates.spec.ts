import { ZimSandbox } from 'zim-sandbox';
import { useBrowser } from './support/console-page.js';
import { invite } from './support/invite.js';

const browser = useBrowser();
const users = ['alice', 'bob', 'carol'];
let sandbox: ZimSandbox;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users });
});
afterEach(() => sandbox.stop());

describe('the result of a call placed from the page', () => {
  async function place(callees = 'bob') {
    const { panel, phone } = await browser.open(sandbox.url);
    const form = panel('Place a call');
    await form.getByRole('textbox', { name: 'Callees' }).fill(callees);
    await form.getByRole('button', { name: 'Call', exact: true }).click();
    await form.getByText('Ringing.').waitFor();
    const [call] = sandbox.calls.list();
    return { form, phone, callId: call?.callId ?? '' };
  }

  it('shows an answer', async () => {
    const { form, callId } = await place();
    sandbox.devices.accept({ userId: 'bob', callId });
    await form.getByText(`Answered by bob. Call ${callId} to bob`).waitFor();
    expect(await form.getByText('Ringing.').count()).toBe(0);
  });

  it('shows that no callee answered in time', async () => {
    const { form } = await place();
    await sandbox.clock.advance(90_000);
    await form.getByText('No answer.').waitFor();
    expect(await form.getByText('Ringing.').count()).toBe(0);
  });

  it('shows who answered and whose phone still rings, until the timeout', async () => {
    const { form, phone, callId } = await place('bob, carol');
    sandbox.devices.accept({ userId: 'bob', callId });
    await form.getByText('Answered by bob. Still ringing: carol.').waitFor();
    await sandbox.clock.advance(90_000);
    await form.getByText('Still ringing').waitFor({ state: 'detached' });
    expect(await form.getByText('Answered by bob.').count()).toBe(1);
    expect(await phone('alice').locator('.end-label').textContent()).toBe('Answered');
    expect(await phone('carol').locator('.end-label').textContent()).toBe('Timed out');
  });
});

it('clears "could not be reached" after the sandbox restarts', async () => {
  const { page, phone, panel } = await browser.open(sandbox.url);
  await phone('bob').getByText('Online').waitFor();
  const { port } = sandbox;
  await sandbox.stop();
  const faults = panel('Faults and clock');
  await page.getByText('Connection lost').waitFor();
  await phone('bob').getByRole('button', { name: 'Log out' }).click();
  await phone('bob').getByText('could not be reached').waitFor();
  await faults.getByRole('button', { name: 'Slow' }).click();
  await faults.getByText('could not be reached').waitFor();

  sandbox = await ZimSandbox.start({ users, port });
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByText('could not be reached').first().waitFor({ state: 'detached' });
  expect(await page.getByText('could not be reached').count()).toBe(0);
});

it('enables Resend only while there is a callback URL', async () => {
  const { panel } = await browser.open(sandbox.url);
  await invite(sandbox);
  const callbacks = panel('Callbacks');
  const callback = callbacks.getByRole('article', { name: /^call_create/ });
  const resend = callback.getByRole('button', { name: 'Resend' });
  await callback.getByText('Not sent (no callback URL)').waitFor();
  expect(await resend.isDisabled()).toBe(true);

  // No server listens on this port.
  await callbacks.getByRole('textbox', { name: 'Callback URL' }).fill('http://127.0.0.1:9/');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callback.getByText('Not sent (no callback URL at that time)').waitFor();
  expect(await resend.isEnabled()).toBe(true);
  await resend.click();
  await callback.getByText('Dropped').waitFor();

  await callbacks.getByRole('textbox', { name: 'Callback URL' }).fill('');
  await callbacks.getByRole('button', { name: 'Set' }).click();
  await callback.getByRole('button', { name: 'Resend', disabled: true }).waitFor();
});
