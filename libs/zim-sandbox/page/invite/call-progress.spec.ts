import { type ConsoleCall } from '../../src/console/console-events.js';
import { type SandboxCalleeState } from '../../src/calls/call-state.js';
import { progressOf } from './call-progress.js';

function callWith(
  callees: Readonly<Record<string, SandboxCalleeState>>,
  end?: ConsoleCall['endReason'],
): ConsoleCall {
  return {
    appId: 12345,
    callId: '1',
    caller: 'alice',
    ringing: Object.keys(callees),
    failed: [],
    createdAt: 1000,
    timeoutSeconds: 90,
    offlinePush: {},
    state: end === undefined ? 'started' : 'ended',
    callees: Object.entries(callees).map(([userId, state]) => ({ userId, state, changedAt: 1000 })),
    ...(end === undefined ? {} : { endReason: end, endedAt: 2000 }),
  };
}

describe('progressOf', () => {
  it('claims nothing of a call that the page does not know', () => {
    expect(progressOf(undefined)).toEqual({ kind: 'placed', acceptedBy: [], ringing: [] });
  });

  it('rings as long as a phone does, and waits where none is online', () => {
    expect(progressOf(callWith({ bob: 'received', carol: 'inviting' }))).toEqual({
      kind: 'rings',
      acceptedBy: [],
      ringing: ['bob'],
    });
    expect(progressOf(callWith({ bob: 'rejected', carol: 'inviting' })).kind).toBe('waits');
  });

  it('is answered once somebody accepts, and tells who still rings', () => {
    expect(progressOf(callWith({ bob: 'accepted', carol: 'received' }))).toEqual({
      kind: 'answered',
      acceptedBy: ['bob'],
      ringing: ['carol'],
    });
  });

  it.each<[ConsoleCall['endReason'], SandboxCalleeState, string]>([
    ['answered', 'accepted', 'answered'],
    ['answered', 'rejected', 'declined'],
    ['timeout_cancel', 'timed-out', 'timedOut'],
    ['timeout', 'timed-out', 'timedOut'],
    ['caller_cancel', 'cancelled', 'cancelled'],
  ])('does not ring once it has ended: %s, %s', (endReason, state, kind) => {
    expect(progressOf(callWith({ bob: state }, endReason))).toMatchObject({ kind, ringing: [] });
  });
});
