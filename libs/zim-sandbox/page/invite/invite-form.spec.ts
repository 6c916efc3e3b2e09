import { type ConsoleUser } from '../../src/console/console-events.js';
import { byteLength, type InviteForm, suggestUsers, toggleId, toInvite } from './invite-form.js';

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

it('leaves out empty fields', () => {
  expect(toInvite(form)).toEqual({ fromUserId: 'alice', userIds: ['bob'] });
});

it('passes all other values on unchanged', () => {
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
])('splits the user ids %j', (callees, userIds) => {
  expect(toInvite({ ...form, callees }).userIds).toEqual(userIds);
});

it('adds and removes user ids', () => {
  expect(toggleId('', 'bob')).toBe('bob');
  expect(toggleId('bob,carol', 'dave')).toBe('bob, carol, dave');
  expect(toggleId('bob, carol, bob', 'bob')).toBe('carol');
});

it('suggests online users first', () => {
  expect(suggestUsers([])).toEqual({ caller: '', callees: '' });
  expect(suggestUsers([user('a', 'offline')])).toEqual({ caller: 'a', callees: '' });
  expect(suggestUsers([user('a', 'logged-out'), user('b'), user('c')])).toEqual({
    caller: 'b',
    callees: 'c',
  });
  expect(suggestUsers([user('a', 'offline'), user('b')])).toEqual({ caller: 'b', callees: 'a' });
});

it('never suggests the caller as callee', () => {
  const users = [user('a'), user('b'), user('c')];
  expect(suggestUsers(users, { caller: 'b' })).toEqual({ caller: 'b', callees: 'a' });
  expect(suggestUsers(users, { callees: 'a, b' })).toEqual({ caller: 'c', callees: 'a, b' });
  expect(suggestUsers(users, { caller: 'a', callees: 'a' })).toEqual({ caller: 'a', callees: 'a' });
  expect(suggestUsers(users, { caller: '', callees: '' })).toEqual({ caller: '', callees: '' });
});

it('counts bytes, not characters', () => {
  expect(byteLength('aé中😀')).toBe(1 + 2 + 3 + 4);
});
