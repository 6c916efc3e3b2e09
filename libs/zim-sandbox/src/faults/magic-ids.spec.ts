import { explainZimUserId, zimLimits } from 'zim-protocol';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { Receiver } from '../testing/receiver.js';
import { Wire } from '../testing/wire.js';
import { call, callByGet, inviteBody, ring } from '../testing/zim-client.js';
import { magicPrefixes } from './magic-ids.js';

let sandbox: ZimSandbox;
let wire: Wire;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock: fixedClock() });
  wire = await Wire.open(sandbox);
});
afterEach(async () => {
  wire.close();
  await sandbox.stop();
});

const lastEntry = () => sandbox.journal.entries().at(-1);
const invite = async (changes: object) =>
  (await call(sandbox, 'CallInvite', inviteBody({ ...changes }))).reply;

it.each(Object.keys(magicPrefixes))('%s begins a legal id, and leaves room for more', (prefix) => {
  expect(explainZimUserId(`${prefix}bob`)).toBeUndefined();
  expect(prefix.length).toBeLessThan(zimLimits.userIdBytes / 2);
});

it.each([
  ['reply-lost.bob', 'RST', true],
  ['half-reply.bob', 'RST', true],
  ['reset.bob', 'RST', false],
  ['hang.bob', 'open', false],
])('%s, called, without any set-up', async (userId, end, executed) => {
  wire.invite(sandbox, { UserIds: ['bob', userId] });
  await wire.until(() => lastEntry() !== undefined);
  if (end === 'RST') await wire.ended();
  await fetch(`${sandbox.url}/__/`);
  expect(wire.end).toBe(end);
  expect(wire.received !== '').toBe(userId.startsWith('half-reply.'));
  expect(lastEntry()).toMatchObject({ executed, fault: { prefix: userId.replace('bob', '') } });
  expect(sandbox.calls.list().map(({ ringing }) => ringing)).toEqual(
    executed ? [['bob', userId]] : [],
  );
});

it.each([
  ['throttled.alice', 660300005],
  ['server-error.alice', 660000001],
])('%s, calling', async (userId, code) => {
  expect(await invite({ FromUserId: userId })).toMatchObject({ Code: code });
  expect(lastEntry()).toMatchObject({ executed: false, code });
});

it('slow. is carried out and answered 3 s later', async () => {
  wire.invite(sandbox, { UserIds: ['slow.bob'] });
  while (lastEntry() === undefined) {
    await sandbox.clock.advance(3000);
    await new Promise(setImmediate);
  }
  await wire.until(() => wire.parts.body.endsWith('}'));
  expect(lastEntry()).toMatchObject({ executed: true, rings: ['slow.bob'] });
  const [slow] = sandbox.calls.list();
  expect(slow?.createdAt).toBe(Date.parse(lastEntry()?.at ?? '') + 3000);
});

it('unregistered. stays so, whoever registers it', async () => {
  sandbox.directory.register(['unregistered.bob']);
  await call(sandbox, 'UserRegister', { UserInfo: [{ UserId: 'unregistered.bob' }] });
  expect(sandbox.directory.has('unregistered.bob')).toBe(false);
  expect(await invite({ UserIds: ['bob', 'unregistered.bob'] })).toMatchObject({
    Code: 0,
    ErrorUsers: [{ UserId: 'unregistered.bob', SubCode: 660500002 }],
  });
  expect(await invite({ UserIds: ['unregistered.bob'] })).toMatchObject({ Code: 660900003 });
  expect(await invite({ FromUserId: 'unregistered.bob' })).toMatchObject({ Code: 660500002 });
});

it.each([
  ['auto-accept.bob', 'accepted', 'call_accept'],
  ['auto-reject.bob', 'rejected', 'call_reject'],
])('%s answers as soon as it rings', async (userId, state, event) => {
  const receiver = await Receiver.start();
  sandbox.callbacks.setUrl(receiver.url);
  const callId = await ring(sandbox, { UserIds: [userId] });
  await sandbox.callbacks.idle();
  expect(sandbox.calls.get(callId)).toMatchObject({
    endReason: 'answered',
    callees: [{ userId, state }],
  });
  expect(sandbox.callbacks.deliveries().map((delivery) => delivery.event)).toEqual([
    'call_create',
    event,
  ]);
  await receiver.stop();
});

it('a device that is off answers when it is back', async () => {
  sandbox.directory.register([{ userId: 'auto-accept.bob', presence: 'logged-out' }]);
  const callId = await ring(sandbox, { UserIds: ['auto-accept.bob'] });
  expect(sandbox.calls.get(callId)?.callees[0]?.state).toBe('inviting');
  sandbox.devices.login({ userId: 'auto-accept.bob' });
  await Promise.resolve();
  expect(sandbox.calls.get(callId)?.callees[0]?.state).toBe('accepted');
});

it('only calls meet the fault: such users can be registered and asked for', async () => {
  const user = { UserInfo: [{ UserId: 'hang.bob' }] };
  expect((await call(sandbox, 'UserRegister', user)).reply.Code).toBe(0);
  const query = { 'UserId[]': 'hang.bob' };
  expect((await callByGet(sandbox, 'QueryUserOnlineState', query)).reply).toMatchObject({
    Code: 660200001,
    ErrorList: [{ UserId: 'hang.bob' }],
  });
});

it('a rule goes before the id, and the first user before the next', async () => {
  const userIds = ['server-error.bob', 'throttled.bob'];
  expect(await invite({ UserIds: userIds })).toMatchObject({ Code: 660000001 });
  expect(await invite({ UserIds: userIds, FromUserId: 'throttled.a' })).toMatchObject({
    Code: 660300005,
  });
  sandbox.faults.add({ match: { userId: 'throttled.bob' }, fault: { kind: 'code', code: 7 } });
  expect(await invite({ UserIds: userIds })).toMatchObject({ Code: 7 });
  expect(lastEntry()?.fault).toEqual({ id: 1, kind: 'code', when: 'before' });
});
