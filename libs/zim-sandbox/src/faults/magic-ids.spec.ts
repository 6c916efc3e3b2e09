import { explainZimUserId, zimLimits } from 'zim-protocol';
import { ZimSandbox } from '../sandbox.js';
import { fixedClock } from '../testing/fixed-clock.js';
import { Receiver } from '../testing/receiver.js';
import { RawConnection } from '../testing/raw-connection.js';
import { call, callByGet, inviteBody, ring } from '../testing/zim-client.js';
import { magicPrefixes } from './magic-ids.js';

let sandbox: ZimSandbox;
let connection: RawConnection;

beforeEach(async () => {
  sandbox = await ZimSandbox.start({ users: ['alice', 'bob'], clock: fixedClock() });
  connection = await RawConnection.open(sandbox);
});
afterEach(async () => {
  connection.close();
  await sandbox.stop();
});

const lastEntry = () => sandbox.journal.entries().at(-1);
const invite = async (changes: object) =>
  (await call(sandbox, 'CallInvite', inviteBody({ ...changes }))).reply;

it.each(Object.keys(magicPrefixes))(
  '%s is the prefix of a valid id, and at most half as long as one',
  (prefix) => {
    expect(explainZimUserId(`${prefix}bob`)).toBeUndefined();
    expect(prefix.length).toBeLessThan(zimLimits.userIdBytes / 2);
  },
);

it.each([
  ['reply-lost.bob', 'RST', true],
  ['half-reply.bob', 'RST', true],
  ['reset.bob', 'RST', false],
  ['hang.bob', 'open', false],
])('a call to %s, without set-up', async (userId, end, executed) => {
  connection.invite(sandbox, { UserIds: ['bob', userId] });
  await connection.until(() => lastEntry() !== undefined);
  if (end === 'RST') await connection.ended();
  await fetch(`${sandbox.url}/__/`);
  expect(connection.end).toBe(end);
  expect(connection.received !== '').toBe(userId.startsWith('half-reply.'));
  expect(lastEntry()).toMatchObject({ executed, fault: { prefix: userId.replace('bob', '') } });
  expect(sandbox.calls.list().map(({ ringing }) => ringing)).toEqual(
    executed ? [['bob', userId]] : [],
  );
});

it.each([
  ['throttled.alice', 660300005],
  ['server-error.alice', 660000001],
])('a call from %s', async (userId, code) => {
  expect(await invite({ FromUserId: userId })).toMatchObject({ Code: code });
  expect(lastEntry()).toMatchObject({ executed: false, code });
});

it('a call to slow. is executed and answered 3 s later', async () => {
  connection.invite(sandbox, { UserIds: ['slow.bob'] });
  while (lastEntry() === undefined) {
    await sandbox.clock.advance(3000);
    await new Promise(setImmediate);
  }
  await connection.until(() => connection.parts.body.endsWith('}'));
  expect(lastEntry()).toMatchObject({ executed: true, rings: ['slow.bob'] });
  const [slow] = sandbox.calls.list();
  expect(slow?.createdAt).toBe(Date.parse(lastEntry()?.at ?? '') + 3000);
});

it('unregistered. cannot be registered', async () => {
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

it('a logged-out device answers when it logs in', async () => {
  sandbox.directory.register([{ userId: 'auto-accept.bob', presence: 'logged-out' }]);
  const callId = await ring(sandbox, { UserIds: ['auto-accept.bob'] });
  expect(sandbox.calls.get(callId)?.callees[0]?.state).toBe('inviting');
  sandbox.devices.login({ userId: 'auto-accept.bob' });
  await Promise.resolve();
  expect(sandbox.calls.get(callId)?.callees[0]?.state).toBe('accepted');
});

it('the fault applies to calls only: such users can be registered and queried', async () => {
  const user = { UserInfo: [{ UserId: 'hang.bob' }] };
  expect((await call(sandbox, 'UserRegister', user)).reply.Code).toBe(0);
  const query = { 'UserId[]': 'hang.bob' };
  expect((await callByGet(sandbox, 'QueryUserOnlineState', query)).reply).toMatchObject({
    Code: 660200001,
    ErrorList: [{ UserId: 'hang.bob' }],
  });
});

it('a rule takes precedence over the ids, and the first user over the next', async () => {
  const userIds = ['server-error.bob', 'throttled.bob'];
  expect(await invite({ UserIds: userIds })).toMatchObject({ Code: 660000001 });
  expect(await invite({ UserIds: userIds, FromUserId: 'throttled.a' })).toMatchObject({
    Code: 660300005,
  });
  sandbox.faults.add({ match: { userId: 'throttled.bob' }, fault: { kind: 'code', code: 7 } });
  expect(await invite({ UserIds: userIds })).toMatchObject({ Code: 7 });
  expect(lastEntry()?.fault).toEqual({ id: 1, kind: 'code', when: 'before' });
});
