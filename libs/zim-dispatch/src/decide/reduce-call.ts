import type { PlanRecord, RingStep } from '../plan/ring-plan.js';
import type { RingCallee, RingEvents } from '../plan/ring-event.js';
import {
  backOffMs,
  lateCallbackMs,
  requestOverMs,
  timeoutSecondsOf,
  withdrawAfterMs,
} from '../plan/timing.js';
import { earliest, type StepEvents } from './step-events.js';

/** What is to be done about a call whose phones may ring. */
export type CallAction =
  | { readonly do: 'withdraw'; readonly userIds: readonly string[]; readonly attempt: number }
  | { readonly do: 'wait'; readonly untilMs: number };

/** A call whose id is known, at one moment. */
export interface CallState {
  readonly callId: string;
  readonly callees: readonly RingCallee[];
  /** Absent if the call is over for certain, or must be left as unknown. */
  readonly action?: CallAction;
  /** When it was over. */
  readonly overMs: number;
}

interface Callee extends RingCallee {
  /** When it became certain that the phone does not ring, or when nothing more is expected; else when that will be. */
  readonly atMs: number;
  readonly isOpen: boolean;
  /** Whether a withdrawal could still find something. */
  readonly canBeWithdrawn: boolean;
}

/** What counts if several are reported: ZIM reports the rejection by which a withdrawal is made, too. */
const stateOrder = ['accepted', 'withdrawn', 'rejected', 'cancelled', 'timed-out'] as const;

/**
 * Computes how a call stands. The order and the number of the same events do not matter, because callbacks arrive in
 * any order, more than once, or not at all.
 *
 * @param stopMs - when the whole plan is stopped
 */
export function reduceCall(
  record: PlanRecord,
  step: RingStep,
  ringing: RingEvents['ringing'],
  events: StepEvents,
  stopMs: number,
  nowMs: number,
): CallState {
  const { callId } = ringing;
  const silentMs = ringing.atMs + timeoutSecondsOf(step, record.policy) * 1000;
  const callees = ringing.userIds.map((userId) =>
    calleeOf(userId, record, ringing, events, silentMs + lateCallbackMs, nowMs),
  );
  const state = {
    callId,
    callees: callees.map(({ userId, state, reportedBy }) => ({
      ...{ userId, state },
      ...(reportedBy && { reportedBy }),
    })),
    overMs: Math.max(ringing.atMs, ...callees.map(({ atMs }) => atMs)),
  };
  const open = callees.filter(({ isOpen }) => isOpen);
  if (open.length === 0) return state;
  const endMs = Math.min(...open.map(({ atMs }) => atMs));
  const wanted = open.filter(({ canBeWithdrawn }) => canBeWithdrawn);
  if (wanted.length === 0) return { ...state, action: { do: 'wait', untilMs: endMs } };
  const withdrawMs = nextWithdrawalMs(
    events,
    Math.min(stopMs, ringing.atMs + withdrawAfterMs(step, record.policy)),
  );
  if (nowMs < withdrawMs) {
    return { ...state, action: { do: 'wait', untilMs: Math.min(withdrawMs, endMs) } };
  }
  const attempt = 1 + (events.latest('withdrawing')?.attempt ?? 0);
  return {
    ...state,
    action: { do: 'withdraw', userIds: wanted.map(({ userId }) => userId), attempt },
  };
}

/** A withdrawal may be repeated: withdrawing twice does no harm. */
function nextWithdrawalMs(events: StepEvents, firstMs: number): number {
  const last = events.latest('withdrawing');
  if (last === undefined) return firstMs;
  const result = events.all('withdrawn').find(({ attempt }) => attempt === last.attempt);
  if (result === undefined) return last.atMs + requestOverMs;
  return result.atMs + backOffMs(last.attempt);
}

function calleeOf(
  userId: string,
  { policy }: PlanRecord,
  { confirmedBy }: RingEvents['ringing'],
  events: StepEvents,
  giveUpMs: number,
  nowMs: number,
): Callee {
  const closed = { isOpen: false, canBeWithdrawn: false };
  const results = events
    .all('withdrawn')
    .flatMap(({ atMs, users }) =>
      users.filter((user) => user.userId === userId).map(({ result }) => ({ result, atMs })),
    );
  const reports: readonly Omit<Callee, 'isOpen' | 'canBeWithdrawn'>[] = [
    ...events.all('answer').filter((event) => event.userId === userId),
    ...results
      .filter(({ result }) => result === 'withdrawn')
      .map(({ atMs }) => ({ userId, state: 'withdrawn', reportedBy: 'withdrawal', atMs }) as const),
  ];
  const report = stateOrder
    .map((state) => earliest(reports.filter((event) => event.state === state)))
    .find((event) => event !== undefined);
  if (report !== undefined) {
    const { state, reportedBy, atMs } = report;
    return { userId, state, reportedBy, atMs, ...closed };
  }
  const found = results.find(({ result }) => result !== 'failed');
  const canBeWithdrawn = found === undefined;
  // What the withdrawal found has happened before it: only late reports of it may still come.
  const atMs = found === undefined ? giveUpMs : found.atMs + lateCallbackMs;
  if (found !== undefined && policy.trustWithdrawal) {
    const trusted = { userId, reportedBy: 'withdrawal', ...closed } as const;
    if (found.result === 'timed-out') return { ...trusted, state: 'timed-out', atMs: found.atMs };
    // Another source may know better: ZIM's codes are the same for a callee who has rejected.
    const isFinal = !(policy.callbacks || policy.clientReports) || nowMs >= atMs;
    // ZIM may say `not-invited` of a callee whom it has invited, if he has answered.
    const isAnswered =
      found.result === 'already-answered' ||
      (found.result === 'not-invited' && confirmedBy === 'reply');
    if (isAnswered && isFinal) {
      return { ...trusted, state: 'accepted', atMs: found.atMs };
    }
  }
  const isOpen = nowMs < atMs;
  return { userId, state: isOpen ? 'ringing' : 'unknown', atMs, isOpen, canBeWithdrawn };
}
