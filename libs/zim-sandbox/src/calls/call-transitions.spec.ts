import {
  isPending,
  type SandboxCall,
  type SandboxCallee,
  type SandboxCalleeState,
} from './call-state.js';
import { transition, type CallOperation } from './call-transitions.js';

const createdAt = 1000;
const nowMs = 2000;

function callWith(...states: SandboxCalleeState[]): SandboxCall {
  const callees = states.map((state, index): SandboxCallee => ({
    userId: `callee${index}`,
    state,
    changedAt: createdAt,
  }));
  return {
    callId: '1',
    caller: 'alice',
    ringing: callees.filter(isPending).map(({ userId }) => userId),
    failed: [],
    createdAt,
    timeoutSeconds: 90,
    extendedData: 'of the invite',
    offlinePush: {},
    callees,
    ...(!callees.some(isPending)
      ? { state: 'ended', endedAt: createdAt, endReason: 'answered' }
      : { state: 'started' }),
  };
}

const accept: CallOperation = { kind: 'accept', userId: 'callee0', extendedData: 'a' };
const reject: CallOperation = { kind: 'reject', userId: 'callee0', extendedData: 'r' };
const cancel: CallOperation = { kind: 'cancel', userId: 'alice', extendedData: 'c' };
const receive: CallOperation = { kind: 'receive', userId: 'callee0' };
const leaves: CallOperation = { kind: 'caller-leaves' };
const silence: CallOperation = { kind: 'time-out', isCallerOnline: true };
const absence: CallOperation = { kind: 'time-out', isCallerOnline: false };

const accepted = { event: 'call_accept', call_id: '1', user_id: 'callee0', extend_data: 'a' };
const rejected = { event: 'call_reject', call_id: '1', user_id: 'callee0', extend_data: 'r' };
const cancelOf = (reason: string, payload: string, ...user_ids: string[]) => ({
  event: 'call_cancel',
  call_id: '1',
  user_ids,
  reason,
  payload,
});
const timeoutOf = (...user_ids: string[]) => ({ event: 'call_timeout', call_id: '1', user_ids });
const callerCancel = (...ids: string[]) => cancelOf('caller_cancel', 'c', ...ids);
const callerLeft = (...ids: string[]) => cancelOf('caller_cancel', 'of the invite', ...ids);
const timeoutCancel = (...ids: string[]) => cancelOf('timeout_cancel', 'of the invite', ...ids);

type States = SandboxCalleeState[];
type Outcome = [after: States, end: string | undefined, callback: object] | string;

/** `unchanged`, the name of a refusal, or what becomes of it. Every state the first of one or two callees can be in × every operation. */
const table: [before: States, operation: CallOperation, outcome: Outcome][] = [
  [['inviting'], receive, [['received'], undefined, {}]],
  [['inviting'], accept, [['accepted'], 'answered', accepted]],
  [['inviting'], reject, [['rejected'], 'answered', rejected]],
  [['inviting'], cancel, [['cancelled'], 'caller_cancel', callerCancel('callee0')]],
  [['inviting'], leaves, [['cancelled'], 'caller_cancel', callerLeft('callee0')]],
  [['inviting'], silence, [['timed-out'], 'timeout_cancel', timeoutCancel('callee0')]],
  [['inviting'], absence, [['timed-out'], 'timeout', timeoutOf('callee0')]],

  [['received'], receive, 'unchanged'],
  [['received'], accept, [['accepted'], 'answered', accepted]],
  [['received'], reject, [['rejected'], 'answered', rejected]],
  [['received'], cancel, [['cancelled'], 'caller_cancel', callerCancel('callee0')]],
  [['received'], leaves, [['cancelled'], 'caller_cancel', callerLeft('callee0')]],
  [['received'], silence, [['timed-out'], 'timeout_cancel', timeoutCancel('callee0')]],
  [['received'], absence, [['timed-out'], 'timeout', timeoutOf('callee0')]],

  [['accepted'], receive, 'unchanged'],
  [['accepted'], accept, 'ended'],
  [['accepted'], reject, 'ended'],
  [['accepted'], cancel, 'ended'],
  [['accepted'], leaves, 'unchanged'],
  [['accepted'], silence, 'unchanged'],
  [['rejected'], receive, 'unchanged'],
  [['rejected'], accept, 'ended'],
  [['rejected'], reject, 'ended'],
  [['rejected'], cancel, 'ended'],
  [['rejected'], leaves, 'unchanged'],
  [['rejected'], absence, 'unchanged'],
  [['timed-out'], receive, 'unchanged'],
  [['timed-out'], accept, 'timed-out'],
  [['timed-out'], reject, 'timed-out'],
  [['timed-out'], cancel, 'ended'],
  [['timed-out'], leaves, 'unchanged'],
  [['timed-out'], silence, 'unchanged'],
  [['cancelled'], receive, 'unchanged'],
  [['cancelled'], accept, 'ended'],
  [['cancelled'], reject, 'ended'],
  [['cancelled'], cancel, 'ended'],
  [['cancelled'], leaves, 'unchanged'],
  [['cancelled'], silence, 'unchanged'],

  [['received', 'received'], accept, [['accepted', 'received'], undefined, accepted]],
  [['inviting', 'received'], reject, [['rejected', 'received'], undefined, rejected]],
  [['received', 'accepted'], reject, [['rejected', 'accepted'], 'answered', rejected]],
  [['received', 'rejected'], accept, [['accepted', 'rejected'], 'answered', accepted]],
  [['accepted', 'received'], accept, 'answered'],
  [['accepted', 'received'], reject, 'answered-otherwise'],
  [['rejected', 'inviting'], accept, 'answered-otherwise'],
  [['rejected', 'inviting'], reject, 'answered'],
  [['accepted', 'received'], cancel, 'accepted'],
  [['accepted', 'received'], leaves, 'unchanged'],
  [
    ['rejected', 'received'],
    cancel,
    [['rejected', 'cancelled'], 'caller_cancel', callerCancel('callee1')],
  ],
  [
    ['rejected', 'received'],
    leaves,
    [['rejected', 'cancelled'], 'caller_cancel', callerLeft('callee1')],
  ],
  [
    ['accepted', 'received'],
    silence,
    [['accepted', 'timed-out'], 'answered', timeoutOf('callee1')],
  ],
  [['rejected', 'inviting'], silence, [['rejected', 'timed-out'], 'timeout', timeoutOf('callee1')]],
  [
    ['accepted', 'inviting'],
    absence,
    [['accepted', 'timed-out'], 'answered', timeoutOf('callee1')],
  ],
  [
    ['inviting', 'received'],
    silence,
    [['timed-out', 'timed-out'], 'timeout_cancel', timeoutCancel('callee0', 'callee1')],
  ],
  [
    ['inviting', 'received'],
    absence,
    [['timed-out', 'timed-out'], 'timeout', timeoutOf('callee0', 'callee1')],
  ],

  [['received'], { kind: 'accept', userId: 'alice' }, 'not-invited'],
  [['received'], { kind: 'reject', userId: 'stranger' }, 'not-invited'],
  [['accepted'], { kind: 'accept', userId: 'stranger' }, 'not-invited'],
  [['received'], { kind: 'cancel', userId: 'callee0' }, 'not-the-caller'],
  [['accepted'], { kind: 'cancel', userId: 'stranger' }, 'not-the-caller'],
  [['inviting'], { kind: 'receive', userId: 'stranger' }, 'unchanged'],
];

it.each(table)('%j, %j: %j', (before, operation, outcome) => {
  const call = callWith(...before);
  const frozen = structuredClone(call);
  const result = transition(call, operation, nowMs);
  expect(call).toEqual(frozen);

  if (outcome === 'unchanged') {
    expect(result).toEqual({ call, callbacks: [] });
    expect('call' in result && result.call).toBe(call);
    return;
  }
  if (typeof outcome === 'string') {
    expect(result).toEqual({ refusal: outcome });
    return;
  }
  const [after, endReason, callback] = outcome;
  if ('refusal' in result) throw new Error(`It was refused: ${result.refusal}`);
  expect(result.callbacks).toEqual('event' in callback ? [callback] : []);
  expect(result.call.callees.map(({ state }) => state)).toEqual(after);
  expect(result.call.callees.map(({ changedAt }) => changedAt)).toEqual(
    after.map((state, index) => (state === before[index] ? createdAt : nowMs)),
  );
  expect(result.call.ringing).toEqual(
    result.call.callees.filter(isPending).map(({ userId }) => userId),
  );
  expect(result.call).toMatchObject({ state: endReason === undefined ? 'started' : 'ended' });
  expect([result.call.endReason, result.call.endedAt]).toEqual([
    endReason,
    endReason === undefined ? undefined : nowMs,
  ]);
});

it('keeps what came with an answer, and tells an empty text where nothing came', () => {
  const call = callWith('received', 'received');
  const withData = transition(call, accept, nowMs);
  expect('call' in withData && withData.call.callees[0]?.extendedData).toBe('a');
  const without = transition(call, { kind: 'reject', userId: 'callee1' }, nowMs);
  expect('callbacks' in without && without.callbacks).toEqual([
    { event: 'call_reject', call_id: '1', user_id: 'callee1', extend_data: '' },
  ]);
});

it('tells the payload of the cancellation, of the invite, or none', () => {
  const cancelOnly: CallOperation = { kind: 'cancel', userId: 'alice' };
  const payloadOf = (call: SandboxCall, operation: CallOperation) => {
    const result = transition(call, operation, nowMs);
    return 'callbacks' in result
      ? result.callbacks.map((told) => 'payload' in told && told.payload)
      : [];
  };
  expect(payloadOf(callWith('received'), cancel)).toEqual(['c']);
  expect(payloadOf(callWith('received'), cancelOnly)).toEqual(['of the invite']);
  expect(payloadOf({ ...callWith('received'), extendedData: undefined }, silence)).toEqual(['']);
});
