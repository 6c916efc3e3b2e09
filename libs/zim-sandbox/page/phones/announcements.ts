import { type SandboxCallee } from '../../src/calls/call-state.js';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { readPush } from './push.js';

/** A change of a call that a screen reader announces. */
export type Announcement =
  | {
      /** `pushed`, `waiting`: the phone is not online and gets a push notification, or no notification. */
      readonly kind: 'ringing' | 'pushed' | 'waiting' | 'accepted' | 'declined';
      readonly userId: string;
      readonly caller: string;
    }
  | {
      readonly kind: 'timedOut' | 'cancelled';
      readonly userIds: readonly string[];
      readonly caller: string;
    };

/** Compares two states of an app's calls. Leaves out calls that started and ended in between. */
export function announcements(
  before: readonly ConsoleCall[],
  after: readonly ConsoleCall[],
  appId: number,
): Announcement[] {
  if (before === after) return [];
  const earlierCalls = new Map(before.map((call) => [`${call.appId} ${call.callId}`, call]));
  return after.flatMap((call) => {
    const earlier = earlierCalls.get(`${call.appId} ${call.callId}`);
    if (call.appId !== appId || call === earlier) return [];
    return earlier === undefined && call.state === 'ended' ? [] : changes(earlier, call);
  });
}

function changes(before: ConsoleCall | undefined, call: ConsoleCall): Announcement[] {
  const { caller } = call;
  const changed = call.callees.filter(
    ({ userId, state }) =>
      before?.callees.find((callee) => callee.userId === userId)?.state !== state,
  );
  const combined = (['timedOut', 'cancelled'] as const).flatMap((kind): Announcement[] => {
    const state = kind === 'timedOut' ? 'timed-out' : kind;
    const userIds = changed.filter((callee) => callee.state === state).map(({ userId }) => userId);
    return userIds.length === 0 ? [] : [{ kind, userIds, caller }];
  });
  const single = changed.flatMap(({ userId, state }): Announcement[] => {
    const kind = kindOf(state, call);
    return kind === undefined ? [] : [{ kind, userId, caller }];
  });
  return [...single, ...combined];
}

function kindOf(state: SandboxCallee['state'], { offlinePush }: ConsoleCall) {
  switch (state) {
    case 'inviting':
      return readPush(offlinePush) === undefined ? 'waiting' : 'pushed';
    case 'received':
      return 'ringing';
    case 'accepted':
      return 'accepted';
    case 'rejected':
      return 'declined';
    case 'timed-out':
    case 'cancelled':
      return undefined;
  }
}
