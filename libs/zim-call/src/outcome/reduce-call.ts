import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import type { CallEvent } from '../stores/call-event-store.js';
import type { CalleeOutcome, CallProgress } from './call-outcome.js';

const answers = ['accepted', 'rejected'] as const;
const endings = ['cancelled', 'timed-out'] as const;

/**
 * Computes the state of a call of the normal mode from its events. Order and repetition do not matter, because
 * callbacks arrive in any order, more than once, or not at all.
 *
 * If no callee answers while the caller is online, ZIM reports a cancellation, `timeout_cancel`, and no timeout: see
 * https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-canceled
 */
export function reduceCall(events: readonly CallEvent[]): CallProgress {
  const ending = firstOf(endings, events);
  const callees = [...byUser(events)].map(([userId, own]) =>
    calleeOf(userId, own, ending !== undefined),
  );
  // Only the invite itself names all callees: `call_create` leaves out those who are logged out, and their phones may
  // ring on after all others have answered.
  const allKnown = events.some(({ type }) => type === 'invited');
  const allAnswered = allKnown && callees.every(({ state }) => state !== 'ringing');
  const ended = ending !== undefined || allAnswered;
  // ZIM cancels no call that a callee has accepted. A timeout of some callees does not say whether others accepted.
  const noneMissing = allKnown || ending?.type === 'cancelled';
  const isComplete = ended && noneMissing && callees.every(({ state }) => state !== 'answered');
  return {
    ...{ callees, ended, isComplete, result: resultOf(callees, ended) },
    ...(ending && { endedAt: ending.at }),
    ...(ending?.reason && { reason: ending.reason }),
  };
}

/** Groups the events in one pass: a callback may name very many users. */
function byUser(events: readonly CallEvent[]): ReadonlyMap<string, readonly CallEvent[]> {
  const users = new Map<string, readonly CallEvent[]>();
  for (const event of events) {
    for (const userId of event.userIds) {
      users.set(userId, [...(users.get(userId) ?? []), event]);
    }
  }
  return users;
}

function calleeOf(userId: string, own: readonly CallEvent[], ended: boolean): CalleeOutcome {
  const answer = firstOf(answers, own);
  if (answer !== undefined) {
    const { type, at, extendedData } = answer;
    return { userId, state: type, at, extendedData };
  }
  const ending = own.find(({ type }) => type === 'cancelled' || type === 'timed-out');
  if (ending === undefined) return { userId, state: ended ? 'answered' : 'ringing' };
  const timedOut = ending.type === 'timed-out' || ending.reason === 'timeout_cancel';
  return { userId, state: timedOut ? 'timed-out' : 'cancelled', at: ending.at };
}

/** Finds an event of the first type, or else of the next. */
function firstOf<T extends CallEvent['type']>(
  types: readonly T[],
  events: readonly CallEvent[],
): (CallEvent & { readonly type: T }) | undefined {
  return types
    .map((type) => events.find((event): event is CallEvent & { type: T } => event.type === type))
    .find((event) => event !== undefined);
}

function resultOf(callees: readonly CalleeOutcome[], ended: boolean): CallProgress['result'] {
  const some = (state: CalleeOutcome['state']) => callees.some((callee) => callee.state === state);
  if (some('accepted')) return 'accepted';
  if (!ended) return undefined;
  if (some('answered')) return 'unknown';
  if (some('cancelled')) return 'cancelled';
  return some('timed-out') ? 'timed-out' : 'rejected';
}

/** ZIM repeats a callback for about a minute; one that has not arrived by then is lost. */
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
