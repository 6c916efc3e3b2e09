import { type SandboxCalleeState } from '../../src/calls/call-state.js';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { progressOf, readCallResult } from './call-result.js';

describe('readCallResult', () => {
  const read = (content: unknown) => readCallResult(content, ['bob', 'eve']);

  it('reads which callees were invited and which were not', () => {
    const reply = { Code: 0, CallId: '1', ErrorUsers: [{ UserId: 'eve', SubCode: 5 }, null] };
    expect(read({ status: 200, reply, hint: 'h' })).toEqual({
      kind: 'placed',
      callId: '1',
      invited: ['bob'],
      failed: [{ userId: 'eve', code: 5 }],
      hint: 'h',
    });
  });

  it('reads the code and hint of a refusal', () => {
    expect(read({ status: 200, reply: { Code: 7 }, hint: 'h' })).toEqual({
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
  ])('reports an unknown result without a readable reply: %j', (content, reason) => {
    expect(read(content)).toEqual({ kind: 'unknown', reason });
  });
});

describe('progressOf', () => {
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
      callees: Object.entries(callees).map(([userId, state]) => ({
        userId,
        state,
        changedAt: 1000,
      })),
      ...(end === undefined ? {} : { endReason: end, endedAt: 2000 }),
    };
  }

  it('is only "placed" while the page does not have the call', () => {
    expect(progressOf(undefined)).toEqual({ kind: 'placed', acceptedBy: [], ringing: [] });
  });

  it('is ringing while one phone rings, and waiting while no callee is online', () => {
    expect(progressOf(callWith({ bob: 'received', carol: 'inviting' }))).toEqual({
      kind: 'ringing',
      acceptedBy: [],
      ringing: ['bob'],
    });
    expect(progressOf(callWith({ bob: 'rejected', carol: 'inviting' })).kind).toBe('waiting');
  });

  it('is answered once a callee accepts, and lists the phones that still ring', () => {
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
  ])('does not ring after the end: %s, %s', (endReason, state, kind) => {
    expect(progressOf(callWith({ bob: state }, endReason))).toMatchObject({ kind, ringing: [] });
  });
});
