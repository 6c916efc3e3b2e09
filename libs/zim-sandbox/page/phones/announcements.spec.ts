import { announcements } from './announcements.js';
import { sampleCall, sampleCallee } from './testing/sample-calls.js';

const ringing = sampleCall('1', {
  callees: [sampleCallee('bob', 'received'), sampleCallee('carol', 'received')],
});

describe('what is said aloud', () => {
  it('is whose phone rings, and who hears nothing of it', () => {
    const callees = [sampleCallee('bob', 'received'), sampleCallee('dave', 'inviting')];
    const silent = sampleCall('1', { callees });
    const pushed = sampleCall('2', { callees, offlinePush: { Enable: 1 } });
    expect(announcements([], [silent, pushed], 12345)).toEqual([
      { kind: 'rings', userId: 'bob', caller: 'alice' },
      { kind: 'waits', userId: 'dave', caller: 'alice' },
      { kind: 'rings', userId: 'bob', caller: 'alice' },
      { kind: 'pushed', userId: 'dave', caller: 'alice' },
    ]);
  });

  it('is who answers, and the others are not told again', () => {
    const answered = sampleCall('1', {
      callees: [sampleCallee('bob', 'accepted'), sampleCallee('carol', 'received')],
    });
    expect(announcements([ringing], [answered], 12345)).toEqual([
      { kind: 'accepted', userId: 'bob', caller: 'alice' },
    ]);
    const ended = sampleCall('1', {
      callees: [sampleCallee('bob', 'accepted'), sampleCallee('carol', 'rejected')],
      state: 'ended',
      endedAt: 2000,
      endReason: 'answered',
    });
    expect(announcements([answered], [ended], 12345)).toEqual([
      { kind: 'declined', userId: 'carol', caller: 'alice' },
    ]);
  });

  it.each([
    ['timed-out', 'timedOut', 'timeout_cancel'],
    ['cancelled', 'cancelled', 'caller_cancel'],
  ] as const)('is one line for all who are %s', (state, kind, endReason) => {
    const ended = sampleCall('1', {
      callees: [sampleCallee('bob', state), sampleCallee('carol', state)],
      state: 'ended',
      endedAt: 2000,
      endReason,
    });
    expect(announcements([ringing], [ended], 12345)).toEqual([
      { kind, userIds: ['bob', 'carol'], caller: 'alice' },
    ]);
  });

  it('is nothing of what stays, of other apps, and of what came and went unseen', () => {
    const ended = sampleCall('2', {
      callees: [sampleCallee('bob', 'rejected')],
      state: 'ended',
      endedAt: 2000,
      endReason: 'answered',
    });
    const foreign = sampleCall('3', { appId: 777 });
    expect(announcements([ringing], [ringing, ended, foreign], 12345)).toEqual([]);
    expect(announcements([ringing], [], 12345)).toEqual([]);
  });
});
