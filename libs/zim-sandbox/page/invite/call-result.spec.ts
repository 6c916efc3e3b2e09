import { readCallResult } from './call-result.js';

const answer = (content: unknown) => readCallResult(content, ['bob', 'eve']);

it('tells who rings, and who could not be invited', () => {
  const reply = { Code: 0, CallId: '1', ErrorUsers: [{ UserId: 'eve', SubCode: 5 }, null] };
  expect(answer({ status: 200, reply, hint: 'h' })).toEqual({
    kind: 'placed',
    callId: '1',
    invited: ['bob'],
    failed: [{ userId: 'eve', code: 5 }],
    hint: 'h',
  });
});

it('tells what was refused, and why', () => {
  expect(answer({ status: 200, reply: { Code: 7 }, hint: 'h' })).toEqual({
    kind: 'refused',
    code: 7,
    hint: 'h',
  });
});

it.each([
  [{ error: 'socket hang up' }, 'socket hang up'],
  [{ status: 502, text: '<html>' }, 'HTTP 502'],
  [{ status: 200, reply: { Code: '0' } }, 'HTTP 200'],
  [{ status: 200, reply: { Code: 0 } }, 'HTTP 200'],
])('does not claim to know what nobody knows: %j', (content, reason) => {
  expect(answer(content)).toEqual({ kind: 'unknown', reason });
});
