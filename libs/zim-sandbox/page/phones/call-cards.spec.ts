import { type SandboxCallEndReason } from '../../src/calls/call-state.js';
import { sampleCall, sampleCallee } from '../testing/samples.js';
import { cardsByUser, endedAt, endOf, stateOf, type PhoneCards } from './call-cards.js';

/** Summarizes the cards of a phone. */
function shown(cards: PhoneCards | undefined) {
  return {
    running: cards?.running.map(({ call, role }) => `${call.callId} ${role}`),
    ended: cards?.ended && `${cards.ended.call.callId} ${cards.ended.role} ${stateOf(cards.ended)}`,
  };
}

describe('cardsByUser', () => {
  it('gives each phone the calls that its user makes or can answer, oldest first', () => {
    const cards = cardsByUser(
      [
        sampleCall('1', { caller: 'alice', callees: [sampleCallee('bob', 'received')] }),
        sampleCall('2', { caller: 'bob', callees: [sampleCallee('carol', 'inviting')] }),
      ],
      12345,
    );
    expect(shown(cards.get('alice'))).toEqual({ running: ['1 caller'], ended: undefined });
    expect(shown(cards.get('bob'))).toEqual({
      running: ['1 callee', '2 caller'],
      ended: undefined,
    });
    expect(shown(cards.get('carol'))).toEqual({ running: ['2 callee'], ended: undefined });
    expect(cards.get('dave')).toBeUndefined();
  });

  it('includes only calls of the app', () => {
    const call = sampleCall('1', { appId: 777, callees: [sampleCallee('bob', 'received')] });
    expect([...cardsByUser([call], 12345).keys()]).toEqual([]);
    expect([...cardsByUser([call], 777).keys()]).toEqual(['alice', 'bob']);
  });

  it('ends a call for a callee with the answer, whatever the other callees do', () => {
    const cards = cardsByUser(
      [
        sampleCall('1', {
          callees: [sampleCallee('bob', 'accepted', 5000), sampleCallee('carol', 'received')],
        }),
      ],
      12345,
    );
    expect(shown(cards.get('alice')).running).toEqual(['1 caller']);
    expect(shown(cards.get('bob'))).toEqual({ running: [], ended: '1 callee accepted' });
    expect(shown(cards.get('carol')).running).toEqual(['1 callee']);
  });

  it('keeps the call that ended last until a newer one starts', () => {
    const first = sampleCall('1', {
      createdAt: 1000,
      state: 'ended',
      endedAt: 4000,
      endReason: 'answered',
      callees: [sampleCallee('bob', 'rejected', 4000)],
    });
    const longer = sampleCall('2', { createdAt: 3000, callees: [sampleCallee('bob', 'received')] });
    const newer = sampleCall('3', { createdAt: 4000, callees: [sampleCallee('bob', 'received')] });
    const bob = (...calls: ReturnType<typeof sampleCall>[]) =>
      shown(cardsByUser(calls, 12345).get('bob'));
    expect(bob(first)).toEqual({ running: [], ended: '1 callee rejected' });
    expect(bob(first, longer)).toEqual({ running: ['2 callee'], ended: '1 callee rejected' });
    expect(bob(first, longer, newer)).toEqual({
      running: ['2 callee', '3 callee'],
      ended: undefined,
    });
  });

  it('picks the last of several ended calls by the time of their end, not of their start', () => {
    const ended = (callId: string, createdAt: number, endedAt: number) =>
      sampleCall(callId, {
        createdAt,
        state: 'ended',
        endedAt,
        endReason: 'timeout_cancel',
        callees: [sampleCallee('bob', 'timed-out', endedAt)],
      });
    const cards = cardsByUser([ended('1', 1000, 9000), ended('2', 2000, 5000)], 12345);
    expect(shown(cards.get('bob')).ended).toBe('1 callee timed-out');
    expect(shown(cards.get('alice')).ended).toBe('1 caller timeout_cancel');
    // The clock of the sandbox is frozen.
    const sameTime = cardsByUser([ended('1', 1000, 1000), ended('2', 1000, 1000)], 12345);
    expect(shown(sameTime.get('bob')).ended).toBe('2 callee timed-out');
  });

  it('gives a user who calls themselves the same call twice', () => {
    const call = sampleCall('1', { callees: [sampleCallee('alice', 'received')] });
    expect(shown(cardsByUser([call], 12345).get('alice')).running).toEqual([
      '1 caller',
      '1 callee',
    ]);
  });
});

describe('endedAt', () => {
  it('is the time of the answer for a callee, and of the end of the call for the caller', () => {
    const call = sampleCall('1', {
      state: 'ended',
      endedAt: 9000,
      endReason: 'timeout',
      callees: [sampleCallee('bob', 'accepted', 3000)],
    });
    const cards = cardsByUser([call], 12345);
    const at = (userId: string) => {
      const card = cards.get(userId)?.ended;
      return card && endedAt(card);
    };
    expect(at('bob')).toBe(3000);
    expect(at('alice')).toBe(9000);
  });
});

describe('endOf', () => {
  it.each([
    ['inviting', undefined],
    ['received', undefined],
    ['accepted', 'accepted'],
    ['rejected', 'declined'],
    ['timed-out', 'timedOut'],
    ['cancelled', 'cancelled'],
  ] as const)('returns for a callee in the state %s: %s', (state, end) => {
    const callee = sampleCallee('bob', state);
    const call = sampleCall('1', { callees: [callee] });
    expect(endOf({ role: 'callee', call, callee })).toBe(end);
  });

  it.each([
    ['answered', ['accepted'], 'answered'],
    ['answered', ['rejected', 'accepted'], 'answered'],
    ['answered', ['rejected', 'rejected'], 'declined'],
    ['timeout', ['accepted', 'timed-out'], 'answered'],
    ['timeout', ['rejected', 'timed-out'], 'timedOut'],
    ['timeout_cancel', ['timed-out'], 'timedOut'],
    ['caller_cancel', ['rejected', 'cancelled'], 'cancelled'],
  ] as const)(
    'returns for the caller, with end reason %s and callees %j: %s',
    (endReason: SandboxCallEndReason, states, end) => {
      const callees = states.map((state, index) => sampleCallee(`user${index}`, state));
      const call = sampleCall('1', { state: 'ended', endedAt: 2000, endReason, callees });
      expect(endOf({ role: 'caller', call })).toBe(end);
    },
  );

  it('returns undefined for the caller while the call runs', () => {
    const call = sampleCall('1', { callees: [sampleCallee('bob', 'accepted')] });
    expect(endOf({ role: 'caller', call })).toBeUndefined();
  });
});
