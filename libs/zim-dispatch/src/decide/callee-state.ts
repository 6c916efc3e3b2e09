import { earliest, eventsOf, type PlanEvent, type RingCallee } from '../plan/ring-event.js';
import type { RingEvents } from '../plan/ring-event.js';
import type { RingPolicy } from '../plan/ring-plan.js';
import { lateCallbackMs } from '../plan/timing.js';

/** A callee who may ring until `atMs`, if `ringing`; or what became of the callee, and when. */
export interface Callee extends RingCallee {
  readonly atMs: number;
  readonly canBeWithdrawn?: boolean;
}

/** What counts if several are reported: ZIM reports the rejection by which a withdrawal is made, too. */
const stateOrder = ['accepted', 'withdrawn', 'rejected', 'cancelled', 'timed-out'] as const;

/**
 * Computes how a callee of a call stands. The order and the number of the same reports do not matter, because callbacks
 * arrive in any order, more than once, or not at all.
 *
 * @param events - of the call's step
 * @param giveUpMs - when nothing about the callee can be reported any more
 */
export function calleeState(
  userId: string,
  { confirmedBy }: RingEvents['ringing'],
  events: readonly PlanEvent[],
  policy: RingPolicy,
  giveUpMs: number,
  nowMs: number,
): Callee {
  const withdrawals = eventsOf(events, 'withdrawn').flatMap(({ users, atMs }) =>
    users.filter((user) => user.userId === userId).map(({ result }) => ({ result, atMs })),
  );
  const byWithdrawal = { userId, reportedBy: 'withdrawal' } as const;
  const reports = [
    ...eventsOf(events, 'answer').filter((answer) => answer.userId === userId),
    ...withdrawals.flatMap(({ result: state, atMs }) =>
      state === 'withdrawn' ? { ...byWithdrawal, state, atMs } : [],
    ),
  ];
  const counts = stateOrder.find((state) => reports.some((report) => report.state === state));
  const report = earliest(reports.filter(({ state }) => state === counts));
  if (report !== undefined) {
    const { state, reportedBy, atMs } = report;
    return { userId, state, reportedBy, atMs };
  }
  const refusal = withdrawals.find(({ result }) => result !== 'failed');
  // What the withdrawal found has happened before it: only late reports of it may still come.
  const silentMs = refusal === undefined ? giveUpMs : refusal.atMs + lateCallbackMs;
  if (policy.trustWithdrawal && refusal !== undefined) {
    const { result, atMs } = refusal;
    if (result === 'timed-out') return { ...byWithdrawal, state: result, atMs };
    // Another source may know better: ZIM's codes are the same for a callee who has rejected.
    const isFinal = nowMs >= silentMs || !(policy.callbacks || policy.clientReports);
    // ZIM may say `not-invited` of a callee whom it has invited, if he has answered.
    const isAnswered = result === 'already-answered' || confirmedBy === 'reply';
    if (isFinal && isAnswered) return { ...byWithdrawal, state: 'accepted', atMs };
  }
  const state = nowMs < silentMs ? 'ringing' : 'unknown';
  return { userId, state, atMs: silentMs, canBeWithdrawn: refusal === undefined };
}
