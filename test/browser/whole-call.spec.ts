import { CallOutcomeService } from 'nestjs-zim-call';
import { ZimTarget } from '../../apps/sample/src/zim/zim-target.js';
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
  backend.app.get(ZimTarget).listenAt(backend.url);
});
afterEach(() => backend.app.close());

const open = () => browser.open(backend.sandbox.url);
/** What the backend learns of the call, by ZIM's callbacks. */
const inviteAndWait = () => backend.app.get(CallOutcomeService).inviteAndWait(invite);

it('accepted on the page: the backend is told who picked up', async () => {
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
