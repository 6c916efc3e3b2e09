import { CallOutcomeService } from 'nestjs-zim-call';
import { type Backend, startBackend } from '../support/backend.js';
import { useBrowser } from './support/console-page.js';

const invite = {
  fromUserId: 'alice',
  userIds: ['bob'],
  timeoutSeconds: 30,
  extendedData: '{"room":"42"}',
  offlinePush: { title: 'alice', content: 'is calling you' },
};
const browser = useBrowser();
let backend: Backend;

beforeEach(async () => {
  backend = await startBackend();
  backend.takeCallbacks();
});
afterEach(() => backend.app.close());

const open = () => browser.open(backend.sandbox.url);
/** Resolves with the outcome that the backend learns from callbacks. */
const inviteAndWait = () => backend.app.get(CallOutcomeService).inviteAndWait(invite);

it('accepted on the page: the backend learns who accepted', async () => {
  const { phone, screenshot } = await open();
  const waiting = inviteAndWait();
  const bob = phone('bob');
  await bob.getByText('alice is calling').waitFor();
  expect(await bob.getByText('"room": "42"').isVisible()).toBe(true);
  await screenshot('ringing');
  await bob.getByRole('button', { name: 'Accept' }).click();
  expect(await waiting).toMatchObject({ outcome: { result: 'accepted', acceptedBy: ['bob'] } });
  await bob.getByText('Accepted').waitFor();
  await phone('alice').getByText('Accepted').waitFor();
  await screenshot('accepted');
});

it('declined on the page: the event stream of the sample reports it', async () => {
  const { phone, screenshot } = await open();
  const response = await backend.post('/calls', invite);
  const { callId } = (await response.json()) as { callId: string };
  const events = fetch(`${backend.url}/calls/${callId}/events`).then((stream) => stream.text());
  const bob = phone('bob');
  await bob.getByRole('button', { name: 'Decline' }).click();
  await bob.getByText('Declined').waitFor();
  await screenshot('declined');
  expect(await events).toContain('event: rejected');
});

it('times out when the page advances the clock', async () => {
  const { phone, panel, screenshot } = await open();
  const waiting = inviteAndWait();
  await phone('bob').getByText('alice is calling').waitFor();
  const clock = panel('Faults and clock');
  await clock.getByRole('spinbutton', { name: 'Seconds' }).fill('30');
  await clock.getByRole('button', { name: 'Advance' }).click();
  expect(await waiting).toMatchObject({ outcome: { result: 'timed-out' } });
  await phone('bob').getByText('Timed out').waitFor();
  await phone('alice').getByText('Timed out').first().waitFor();
  await screenshot('timed-out');
});

it('cancelled when the caller hangs up', async () => {
  const { phone, screenshot } = await open();
  const waiting = inviteAndWait();
  await phone('bob').getByText('alice is calling').waitFor();
  await phone('alice').getByRole('button', { name: 'Hang up' }).click();
  expect(await waiting).toMatchObject({ outcome: { result: 'cancelled' } });
  await phone('bob').getByText('Cancelled').waitFor();
  await screenshot('cancelled');
});

it('cancelled when the caller logs out', async () => {
  const { phone } = await open();
  const waiting = inviteAndWait();
  await phone('bob').getByText('alice is calling').waitFor();
  await phone('alice').getByRole('button', { name: 'Log out' }).click();
  expect(await waiting).toMatchObject({ outcome: { result: 'cancelled' } });
});

it('withdrawn by the backend: the phones stop ringing one by one, and then the call has ended', async () => {
  const { page, phone, screenshot } = await open();
  const userIds = ['bob', 'carol'];
  const response = await backend.post('/calls', { ...invite, userIds });
  const { callId } = (await response.json()) as { callId: string };
  const withdraw = (query: string) =>
    fetch(`${backend.url}/calls/${callId}${query}`, { method: 'DELETE' });
  const ringingPhones = () => page.locator('.phone-ringing').count();
  for (const userId of userIds) await phone(userId).getByText('alice is calling').waitFor();
  expect(await ringingPhones()).toBe(2);
  await withdraw('?userId=bob');
  await phone('bob').getByText('alice is calling').waitFor({ state: 'detached' });
  await phone('bob').getByText('Declined').waitFor();
  expect(await phone('bob').getByRole('button', { name: 'Accept' }).count()).toBe(0);
  expect(await phone('carol').getByRole('button', { name: 'Accept' }).count()).toBe(1);
  expect(await ringingPhones()).toBe(1);
  await withdraw('');
  await phone('carol').getByText('alice is calling').waitFor({ state: 'detached' });
  await phone('alice').getByText('Declined').first().waitFor();
  expect(await ringingPhones()).toBe(0);
  await screenshot('withdrawn');
  const outcome = await backend.app.get(CallOutcomeService).outcome(callId);
  expect(outcome).toMatchObject({ result: 'cancelled', reason: 'withdrawn' });
});

it('an offline callee gets a push notification, comes online, and accepts', async () => {
  const { phone, screenshot } = await open();
  const bob = phone('bob');
  await bob.getByRole('button', { name: 'Disconnect' }).click();
  await bob.getByText('Offline').waitFor();
  const waiting = inviteAndWait();
  await bob.getByText('Push notification').waitFor();
  expect(await bob.getByText('is calling you').isVisible()).toBe(true);
  await screenshot('pushed');
  await bob.getByRole('button', { name: 'Come online' }).click();
  await bob.getByRole('button', { name: 'Accept' }).click();
  expect(await waiting).toMatchObject({ outcome: { result: 'accepted', acceptedBy: ['bob'] } });
});

it('a lost reply: the phone rings, and the backend reports an unknown outcome', async () => {
  const { phone, panel, screenshot } = await open();
  await panel('Faults and clock').getByRole('button', { name: 'Reply lost' }).click();
  await panel('Faults and clock').getByText('hits: 0 of 1').waitFor();
  const response = await backend.post('/calls', invite);
  expect([response.status, await response.json()]).toEqual([
    502,
    expect.objectContaining({ outcome: 'unknown' }),
  ]);
  await phone('bob').getByText('alice is calling').waitFor();
  await panel('Faults and clock').getByText('hits: 1 of 1').waitFor();
  const requests = panel('Requests');
  await requests.getByRole('row').nth(1).click();
  await panel('Request detail')
    .getByText(/rule 1/)
    .first()
    .waitFor();
  await screenshot('reply-lost');
});

it('placed from the page: callbacks report it to the backend', async () => {
  const { phone, panel, screenshot } = await open();
  const form = panel('Place a call');
  await form.getByRole('textbox', { name: 'Extended data' }).fill('from the page');
  await form.getByRole('button', { name: 'Call', exact: true }).click();
  await form.getByText('Ringing.').waitFor();
  await phone('bob').getByText('from the page').waitFor();
  await phone('bob').getByRole('button', { name: 'Accept' }).click();
  const callback = panel('Callbacks').getByRole('article', { name: /^call_accept/ });
  await callback.getByText('Delivered').waitFor();
  await screenshot('placed');
  await callback.getByRole('button', { name: 'Resend' }).click();
  await backend.sandbox.callbacks.idle();
  await expect(callback.getByText('200').count()).resolves.toBeGreaterThan(0);
});
