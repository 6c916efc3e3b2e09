import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import type { CallEvent } from '../stores/call-event-store.js';
import type { CalleeOutcome, CallProgress } from './call-outcome.js';

const answers = ['accepted', 'rejected'] as const;
const endings = ['cancelled', 'timed-out'] as const;

/**
 * How a call of the normal mode stands after a set of events. The order in which they came does not
 * matter, and a repeated one changes nothing: callbacks come in any order, more than once, or not at all.
 *
 * See https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-canceled for the surprise: if nobody
 * answers while the caller is online, ZIM does not tell a timeout but a cancellation, `timeout_cancel`.
 */
export function reduceCall(events: readonly CallEvent[]): CallProgress {
  const ending = endings
    .map((type) => events.find((event) => event.type === type))
    .find((event) => event !== undefined);
  const callees = [...byUser(events)].map(([userId, own]) =>
    standOf(userId, own, ending !== undefined),
  );
  const silent = callees.filter(({ state }) => state === 'ringing');
  // Only the invite itself names everybody: `call_create` leaves out callees who are logged out, and their
  // phones may ring on after all others have answered.
  const allKnown = events.some(({ type }) => type === 'invited');
  const ended = ending !== undefined || (allKnown && silent.length === 0);
  // ZIM cancels no call that somebody has accepted. When time is up for some, others may have.
  const nobodyElse = allKnown || ending?.type === 'cancelled';
  const isComplete = ended && nobodyElse && callees.every(({ state }) => state !== 'answered');
  const reason = ending?.reason;
  return {
    ...{ callees, ended, isComplete, result: resultOf(callees, ended) },
    ...(ending && { endedAt: ending.at }),
    ...(reason && { reason }),
  };
}

/** One pass, however many users a callback names. */
function byUser(events: readonly CallEvent[]): ReadonlyMap<string, readonly CallEvent[]> {
  const users = new Map<string, CallEvent[]>();
  for (const event of events) {
    for (const userId of event.userIds) {
      const own = users.get(userId);
      if (own === undefined) users.set(userId, [event]);
      else own.push(event);
    }
  }
  return users;
}

function standOf(userId: string, own: readonly CallEvent[], ended: boolean): CalleeOutcome {
  const answer = answers
    .map((type) => own.find((event) => event.type === type))
    .find((event) => event !== undefined);
  if (answer !== undefined) {
    const { type, at, extendedData } = answer;
    return { userId, state: type === 'accepted' ? type : 'rejected', at, extendedData };
  }
  const ending = own.find(({ type }) => type === 'cancelled' || type === 'timed-out');
  if (ending === undefined) return { userId, state: ended ? 'answered' : 'ringing' };
  const silent = ending.type === 'timed-out' || ending.reason === 'timeout_cancel';
  return { userId, state: silent ? 'timed-out' : 'cancelled', at: ending.at };
}

function resultOf(callees: readonly CalleeOutcome[], ended: boolean): CallProgress['result'] {
  const some = (state: CalleeOutcome['state']) => callees.some((callee) => callee.state === state);
  if (some('accepted')) return 'accepted';
  if (!ended) return undefined;
  if (some('answered')) return 'unknown';
  if (some('cancelled')) return 'cancelled';
  return some('timed-out') ? 'timed-out' : 'rejected';
}

/** ZIM delivers a callback for about a minute; whatever has not come by then is lost. */
export const lateCallbackMs =
  zimCallbackRetryDelaysSeconds.reduce((sum, seconds) => sum + seconds, 0) * 1000 + 8_000;

/** How long a callback may still arrive that changes what is known of a call: `Infinity` until the call has ended. */
export function remainingLateMs(
  { ended, isComplete, endedAt }: CallProgress,
  nowMs: number,
): number {
  if (!ended) return Infinity;
  if (isComplete || endedAt === undefined) return 0;
  const passedMs = Math.max(0, nowMs - endedAt.getTime());
  return Math.max(0, lateCallbackMs - passedMs);
}
