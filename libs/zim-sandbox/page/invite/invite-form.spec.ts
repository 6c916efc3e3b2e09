import { type ConsoleUser } from '../../src/console/console-events.js';
import { byteLength, type InviteForm, suggestPair, toggleId, toInvite } from './invite-form.js';

const form: InviteForm = {
  caller: 'alice',
  callees: 'bob',
  ringTime: '',
  extendedData: '',
  isPushed: false,
  pushTitle: 'not sent',
  pushContent: 'not sent',
};
const user = (userId: string, presence: ConsoleUser['presence'] = 'online') => ({
  appId: 1,
  userId,
  presence,
});

it('leaves out what is not filled in', () => {
  expect(toInvite(form)).toEqual({ fromUserId: 'alice', userIds: ['bob'] });
});

it('takes everything else as it is', () => {
  const filled = { ...form, ringTime: '0.5', extendedData: ' x ', isPushed: true, pushTitle: '' };
  expect(toInvite(filled)).toEqual({
    fromUserId: 'alice',
    userIds: ['bob'],
    timeoutSeconds: 0.5,
    extendedData: ' x ',
    offlinePush: { title: '', content: 'not sent' },
  });
});

it.each([
  ['', []],
  [' , ,', []],
  ['bob, carol ,dave', ['bob', 'carol', 'dave']],
  ['a b,<i>;$', ['a b', '<i>;$']],
])('reads the ids of %j', (callees, userIds) => {
  expect(toInvite({ ...form, callees }).userIds).toEqual(userIds);
});

it('puts ids in and takes them out', () => {
  expect(toggleId('', 'bob')).toBe('bob');
  expect(toggleId('bob,carol', 'dave')).toBe('bob, carol, dave');
  expect(toggleId('bob, carol, bob', 'bob')).toBe('carol');
});

it('suggests two who can be called at once', () => {
  expect(suggestPair([])).toEqual({ caller: '', callees: '' });
  expect(suggestPair([user('a', 'offline')])).toEqual({ caller: 'a', callees: '' });
  expect(suggestPair([user('a', 'logged-out'), user('b'), user('c')])).toEqual({
    caller: 'b',
    callees: 'c',
  });
  expect(suggestPair([user('a', 'offline'), user('b')])).toEqual({ caller: 'b', callees: 'a' });
});

it('suggests nobody to call himself', () => {
  const users = [user('a'), user('b'), user('c')];
  expect(suggestPair(users, { caller: 'b' })).toEqual({ caller: 'b', callees: 'a' });
  expect(suggestPair(users, { callees: 'a, b' })).toEqual({ caller: 'c', callees: 'a, b' });
  expect(suggestPair(users, { caller: 'a', callees: 'a' })).toEqual({ caller: 'a', callees: 'a' });
  expect(suggestPair(users, { caller: '', callees: '' })).toEqual({ caller: '', callees: '' });
});

it('counts bytes, not characters', () => {
  expect(byteLength('aé中😀')).toBe(1 + 2 + 3 + 4);
});
