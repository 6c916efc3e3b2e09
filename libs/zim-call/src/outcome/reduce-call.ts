import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import type { CallEvent } from '../stores/call-event-store.js';
import type { CalleeOutcome, CallProgress } from './call-outcome.js';

const answers = ['accepted', 'rejected'] as const;
const endings = ['cancelled', 'timed-out'] as const;

/** The `reason` of a call whose last ringing phones were withdrawn. */
const withdrawnReason = 'withdrawn';

/**
 * Computes the state of a call of the normal mode from its events. Order and repetition do not matter, because
 * callbacks arrive in any order, more than once, or not at all.
 *
 * If no callee answers while the caller is online, ZIM reports a cancellation, `timeout_cancel`, and no timeout: see
 * https://www.zegocloud.com/docs/zim-server/callbacks/call-invitation-canceled
 */
export function reduceCall(stored: readonly CallEvent[]): CallProgress {
  const events = withoutUninvited(stored);
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
  const result = resultOf(callees, ended);
  // Without a cancellation by ZIM, callees can only have been cancelled by a withdrawal.
  const reason = ending?.reason ?? (result === 'cancelled' ? withdrawnReason : undefined);
  return {
    ...{ callees, ended, isComplete, result },
    ...(ending && { endedAt: ending.at }),
    ...(reason && { reason }),
  };
}

/** Leaves out what clients report of users whom the invite, once it is known, does not name. */
function withoutUninvited(events: readonly CallEvent[]): readonly CallEvent[] {
  const invite = events.find(({ type }) => type === 'invited');
  if (invite === undefined) return events;
  return events.filter(
    ({ reportedBy, userIds }) =>
      reportedBy === undefined || userIds.every((userId) => invite.userIds.includes(userId)),
  );
}

/**
 * Groups the events in one pass: a callback may name very many users. An attempt to withdraw makes its user no callee,
 * because anything could be named there.
 */
function byUser(events: readonly CallEvent[]): ReadonlyMap<string, readonly CallEvent[]> {
  const users = new Map<string, readonly CallEvent[]>();
  const callees = new Set<string>();
  for (const event of events) {
    for (const userId of event.userIds) {
      users.set(userId, [...(users.get(userId) ?? []), event]);
      if (!isAttempt(event)) callees.add(userId);
    }
  }
  return new Map([...users].filter(([userId]) => callees.has(userId)));
}

/** Whether any call and user may be named, because nothing has come of it. */
export function isAttempt({ type }: CallEvent): boolean {
  return type === 'withdrawing' || type === 'not-withdrawn';
}

/** What ZIM reports of a callee counts; what clients report decides only where ZIM has reported nothing. */
function calleeOf(userId: string, own: readonly CallEvent[], ended: boolean): CalleeOutcome {
  const fromZim = own.filter(({ reportedBy }) => reportedBy === undefined);
  const answer = firstOf(answers, fromZim);
  if (answer?.type !== 'accepted' && isWithdrawn(fromZim)) {
    const at = (firstOf(['withdrawn'], fromZim) ?? answer)?.at;
    return { userId, state: 'cancelled', at };
  }
  if (answer !== undefined) return answered(userId, answer);
  const ending = fromZim.find(({ type }) => type === 'cancelled' || type === 'timed-out');
  if (ending !== undefined) {
    const timedOut = ending.type === 'timed-out' || ending.reason === 'timeout_cancel';
    return { userId, state: timedOut ? 'timed-out' : 'cancelled', at: ending.at };
  }
  const report = firstOf(answers, own);
  if (report !== undefined) return answered(userId, report);
  return { userId, state: ended ? 'answered' : 'ringing' };
}

function answered(
  userId: string,
  { type, at, extendedData }: CallEvent & { readonly type: (typeof answers)[number] },
): CalleeOutcome {
  return { userId, state: type, at, extendedData };
}

/**
 * Whether ZIM has rejected for this callee because of a withdrawal: it was confirmed; or a rejection is reported while
 * a withdrawal is under way, or has an unknown result. Withdrawals are counted because several may overlap.
 */
function isWithdrawn(own: readonly CallEvent[]): boolean {
  const countOf = (type: CallEvent['type']) => own.filter((event) => event.type === type).length;
  if (countOf('withdrawn') > 0) return true;
  return countOf('rejected') > 0 && countOf('withdrawing') > countOf('not-withdrawn');
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
  // Before `cancelled`: after a part of the phones was withdrawn, the others may ring until the timeout.
  if (some('timed-out')) return 'timed-out';
  return some('cancelled') ? 'cancelled' : 'rejected';
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
