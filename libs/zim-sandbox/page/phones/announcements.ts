import { type ConsoleCall } from '../../src/console/console-events.js';
import { type SandboxCallee } from '../../src/calls/call-state.js';
import { readPush } from './push.js';

/** Something about a call that is worth saying aloud. */
export type Announcement =
  | {
      /** `pushed`, `waits`: the phone is not online, and gets a push or hears nothing. */
      readonly kind: 'rings' | 'pushed' | 'waits' | 'accepted' | 'declined';
      readonly userId: string;
      readonly caller: string;
    }
  | {
      readonly kind: 'timedOut' | 'cancelled';
      readonly userIds: readonly string[];
      readonly caller: string;
    };

/** What has happened to the calls of an app in between. Calls that came and went unseen are passed over. */
export function announcements(
  before: readonly ConsoleCall[],
  after: readonly ConsoleCall[],
  appId: number,
): Announcement[] {
  if (before === after) return [];
  const known = new Map(before.map((call) => [`${call.appId} ${call.callId}`, call]));
  return after.flatMap((call) => {
    const earlier = known.get(`${call.appId} ${call.callId}`);
    if (call.appId !== appId || call === earlier) return [];
    return earlier === undefined && call.state === 'ended' ? [] : changes(earlier, call);
  });
}

function changes(before: ConsoleCall | undefined, call: ConsoleCall): Announcement[] {
  const { caller } = call;
  const changed = call.callees.filter(
    ({ userId, state }) => before?.callees.find((one) => one.userId === userId)?.state !== state,
  );
  const together = (['timedOut', 'cancelled'] as const).flatMap((kind): Announcement[] => {
    const state = kind === 'timedOut' ? 'timed-out' : kind;
    const userIds = changed.filter((callee) => callee.state === state).map(({ userId }) => userId);
    return userIds.length === 0 ? [] : [{ kind, userIds, caller }];
  });
  const single = changed.flatMap(({ userId, state }): Announcement[] => {
    const kind = kindOf(state, call);
    return kind === undefined ? [] : [{ kind, userId, caller }];
  });
  return [...single, ...together];
}

function kindOf(state: SandboxCallee['state'], { offlinePush }: ConsoleCall) {
  switch (state) {
    case 'inviting':
      return readPush(offlinePush) === undefined ? 'waits' : 'pushed';
    case 'received':
      return 'rings';
    case 'accepted':
      return 'accepted';
    case 'rejected':
      return 'declined';
    case 'timed-out':
    case 'cancelled':
      return undefined;
  }
}
