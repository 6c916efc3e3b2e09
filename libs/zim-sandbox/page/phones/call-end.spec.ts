import { type SandboxCallEndReason } from '../../src/calls/call-state.js';
import { callEnd } from './call-end.js';
import { sampleCall, sampleCallee } from './testing/sample-calls.js';

describe('how a call came out', () => {
  it.each([
    ['inviting', undefined],
    ['received', undefined],
    ['accepted', 'accepted'],
    ['rejected', 'declined'],
    ['timed-out', 'timedOut'],
    ['cancelled', 'cancelled'],
  ] as const)('for a callee who is %s: %s', (state, end) => {
    const callee = sampleCallee('bob', state);
    const call = sampleCall('1', { callees: [callee] });
    expect(callEnd({ role: 'callee', call, callee })).toBe(end);
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
    'for the caller, by the reason %s with callees %j: %s',
    (endReason: SandboxCallEndReason, states, end) => {
      const callees = states.map((state, index) => sampleCallee(`user${index}`, state));
      const call = sampleCall('1', { state: 'ended', endedAt: 2000, endReason, callees });
      expect(callEnd({ role: 'caller', call })).toBe(end);
    },
  );

  it('for the caller of a call that is under way: not known yet', () => {
    const call = sampleCall('1', { callees: [sampleCallee('bob', 'accepted')] });
    expect(callEnd({ role: 'caller', call })).toBeUndefined();
  });
});
