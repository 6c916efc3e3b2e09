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
const noAnswer: CallOperation = { kind: 'time-out', isCallerOnline: true };
const noAnswerCallerOffline: CallOperation = { kind: 'time-out', isCallerOnline: false };

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

/**
 * The cases: every state of the first of one or two callees × every operation. The outcome is `unchanged`, the name of
 * a refusal, or the callees' new states, the reason of the end and the callback.
 */
const cases: [before: States, operation: CallOperation, outcome: Outcome][] = [
  [['inviting'], receive, [['received'], undefined, {}]],
  [['inviting'], accept, [['accepted'], 'answered', accepted]],
  [['inviting'], reject, [['rejected'], 'answered', rejected]],
  [['inviting'], cancel, [['cancelled'], 'caller_cancel', callerCancel('callee0')]],
  [['inviting'], leaves, [['cancelled'], 'caller_cancel', callerLeft('callee0')]],
  [['inviting'], noAnswer, [['timed-out'], 'timeout_cancel', timeoutCancel('callee0')]],
  [['inviting'], noAnswerCallerOffline, [['timed-out'], 'timeout', timeoutOf('callee0')]],

  [['received'], receive, 'unchanged'],
  [['received'], accept, [['accepted'], 'answered', accepted]],
  [['received'], reject, [['rejected'], 'answered', rejected]],
  [['received'], cancel, [['cancelled'], 'caller_cancel', callerCancel('callee0')]],
  [['received'], leaves, [['cancelled'], 'caller_cancel', callerLeft('callee0')]],
  [['received'], noAnswer, [['timed-out'], 'timeout_cancel', timeoutCancel('callee0')]],
  [['received'], noAnswerCallerOffline, [['timed-out'], 'timeout', timeoutOf('callee0')]],

  [['accepted'], receive, 'unchanged'],
  [['accepted'], accept, 'ended'],
  [['accepted'], reject, 'ended'],
  [['accepted'], cancel, 'ended'],
  [['accepted'], leaves, 'unchanged'],
  [['accepted'], noAnswer, 'unchanged'],
  [['rejected'], receive, 'unchanged'],
  [['rejected'], accept, 'ended'],
  [['rejected'], reject, 'ended'],
  [['rejected'], cancel, 'ended'],
  [['rejected'], leaves, 'unchanged'],
  [['rejected'], noAnswerCallerOffline, 'unchanged'],
  [['timed-out'], receive, 'unchanged'],
  [['timed-out'], accept, 'timed-out'],
  [['timed-out'], reject, 'timed-out'],
  [['timed-out'], cancel, 'ended'],
  [['timed-out'], leaves, 'unchanged'],
  [['timed-out'], noAnswer, 'unchanged'],
  [['cancelled'], receive, 'unchanged'],
  [['cancelled'], accept, 'ended'],
  [['cancelled'], reject, 'ended'],
  [['cancelled'], cancel, 'ended'],
  [['cancelled'], leaves, 'unchanged'],
  [['cancelled'], noAnswer, 'unchanged'],

  [['received', 'received'], accept, [['accepted', 'received'], undefined, accepted]],
  [['inviting', 'received'], reject, [['rejected', 'received'], undefined, rejected]],
  [['received', 'accepted'], reject, [['rejected', 'accepted'], 'answered', rejected]],
  [['received', 'rejected'], accept, [['accepted', 'rejected'], 'answered', accepted]],
  [['accepted', 'received'], accept, 'answered'],
  [['accepted', 'received'], reject, 'answered-differently'],
  [['rejected', 'inviting'], accept, 'answered-differently'],
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
    noAnswer,
    [['accepted', 'timed-out'], 'answered', timeoutOf('callee1')],
  ],
  [
    ['rejected', 'inviting'],
    noAnswer,
    [['rejected', 'timed-out'], 'timeout', timeoutOf('callee1')],
  ],
  [
    ['accepted', 'inviting'],
    noAnswerCallerOffline,
    [['accepted', 'timed-out'], 'answered', timeoutOf('callee1')],
  ],
  [
    ['inviting', 'received'],
    noAnswer,
    [['timed-out', 'timed-out'], 'timeout_cancel', timeoutCancel('callee0', 'callee1')],
  ],
  [
    ['inviting', 'received'],
    noAnswerCallerOffline,
    [['timed-out', 'timed-out'], 'timeout', timeoutOf('callee0', 'callee1')],
  ],

  [['received'], { kind: 'accept', userId: 'alice' }, 'not-invited'],
  [['received'], { kind: 'reject', userId: 'unknown' }, 'not-invited'],
  [['accepted'], { kind: 'accept', userId: 'unknown' }, 'not-invited'],
  [['received'], { kind: 'cancel', userId: 'callee0' }, 'not-the-caller'],
  [['accepted'], { kind: 'cancel', userId: 'unknown' }, 'not-the-caller'],
  [['inviting'], { kind: 'receive', userId: 'unknown' }, 'unchanged'],
];

it.each(cases)('%j, %j: %j', (before, operation, outcome) => {
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

it('keeps the data of an answer, and reports an empty text without data', () => {
  const call = callWith('received', 'received');
  const withData = transition(call, accept, nowMs);
  expect('call' in withData && withData.call.callees[0]?.extendedData).toBe('a');
  const without = transition(call, { kind: 'reject', userId: 'callee1' }, nowMs);
  expect('callbacks' in without && without.callbacks).toEqual([
    { event: 'call_reject', call_id: '1', user_id: 'callee1', extend_data: '' },
  ]);
});

it('reports the data of the cancellation, else of the invite, else an empty text', () => {
  const cancelOnly: CallOperation = { kind: 'cancel', userId: 'alice' };
  const payloadOf = (call: SandboxCall, operation: CallOperation) => {
    const result = transition(call, operation, nowMs);
    return 'callbacks' in result
      ? result.callbacks.map((callback) => 'payload' in callback && callback.payload)
      : [];
  };
  expect(payloadOf(callWith('received'), cancel)).toEqual(['c']);
  expect(payloadOf(callWith('received'), cancelOnly)).toEqual(['of the invite']);
  expect(payloadOf({ ...callWith('received'), extendedData: undefined }, noAnswer)).toEqual(['']);
});
