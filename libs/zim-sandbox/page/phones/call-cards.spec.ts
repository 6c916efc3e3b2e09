import { cardsByUser, endedAt, stateOf, type PhoneCards } from './call-cards.js';
import { sampleCall, sampleCallee } from './testing/sample-calls.js';

/** What is on a phone, in short. */
function shown(cards: PhoneCards | undefined) {
  return {
    running: cards?.running.map(({ call, role }) => `${call.callId} ${role}`),
    ended: cards?.ended && `${cards.ended.call.callId} ${cards.ended.role} ${stateOf(cards.ended)}`,
  };
}

describe('the calls on a phone', () => {
  it('are those the user makes and those that wait for the user, oldest first', () => {
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

  it('are those of the app alone', () => {
    const call = sampleCall('1', { appId: 777, callees: [sampleCallee('bob', 'received')] });
    expect([...cardsByUser([call], 12345).keys()]).toEqual([]);
    expect([...cardsByUser([call], 777).keys()]).toEqual(['alice', 'bob']);
  });

  it('are over for a callee with the answer, whatever the others do', () => {
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

  it('keep the one that ended last until a newer one begins', () => {
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

  it('keep the last of several that ended, by their ends and not by their beginnings', () => {
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
    // A sandbox whose clock stands still.
    const atOnce = cardsByUser([ended('1', 1000, 1000), ended('2', 1000, 1000)], 12345);
    expect(shown(atOnce.get('bob')).ended).toBe('2 callee timed-out');
  });

  it('are two of the same call for somebody who calls themselves', () => {
    const call = sampleCall('1', { callees: [sampleCallee('alice', 'received')] });
    expect(shown(cardsByUser([call], 12345).get('alice')).running).toEqual([
      '1 caller',
      '1 callee',
    ]);
  });
});

describe('the end of a call', () => {
  it('is the answer for a callee, and the end of the call for the caller', () => {
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
