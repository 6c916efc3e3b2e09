import { sampleCall, sampleCallee } from '../testing/samples.js';
import { announcements } from './announcements.js';

const ringing = sampleCall('1', {
  callees: [sampleCallee('bob', 'received'), sampleCallee('carol', 'received')],
});

describe('announcements', () => {
  it('announce which phones ring, and which are not online', () => {
    const callees = [sampleCallee('bob', 'received'), sampleCallee('dave', 'inviting')];
    const withoutPush = sampleCall('1', { callees });
    const pushed = sampleCall('2', { callees, offlinePush: { Enable: 1 } });
    expect(announcements([], [withoutPush, pushed], 12345)).toEqual([
      { kind: 'ringing', userId: 'bob', caller: 'alice' },
      { kind: 'waiting', userId: 'dave', caller: 'alice' },
      { kind: 'ringing', userId: 'bob', caller: 'alice' },
      { kind: 'pushed', userId: 'dave', caller: 'alice' },
    ]);
  });

  it('announce an answer without repeating the other callees', () => {
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
  ] as const)('combine all callees that are %s into one', (state, kind, endReason) => {
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

  it('leave out unchanged calls, other apps, and calls that started and ended in between', () => {
    const ended = sampleCall('2', {
      callees: [sampleCallee('bob', 'rejected')],
      state: 'ended',
      endedAt: 2000,
      endReason: 'answered',
    });
    const otherApp = sampleCall('3', { appId: 777 });
    expect(announcements([ringing], [ringing, ended, otherApp], 12345)).toEqual([]);
    expect(announcements([ringing], [], 12345)).toEqual([]);
  });
});
