import { eventsOf, type PlanEvent, type RingCall, type RingResult } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import { backOffMs, endMarginMs } from '../plan/timing.js';
import { type StepAction, type StepState, stepState } from './step-state.js';

/** Phones that may still ring. */
export interface RingingPhones {
  readonly callId: string;
  readonly userIds: readonly string[];
}

type Action<Kind> = Extract<StepAction, { readonly do: Kind }>;

/** What a plan needs next. */
export type Decision =
  | (Action<'ring'> & { readonly step: number })
  | (Action<'withdraw'> & { readonly step: number })
  | Action<'wait'>
  /** `leftRinging` need not ring any longer. */
  | { readonly do: 'end'; readonly result: RingResult; readonly leftRinging: RingingPhones[] }
  /** Run the handlers of the end. */
  | { readonly do: 'report'; readonly isLastAttempt: boolean }
  | { readonly do: 'nothing' };

/** Returns the idempotency key of an invite: the same for all attempts of a step. */
export function keyOf({ nonce }: PlanRecord, step: number): string {
  return `ring/${nonce}/${step}`;
}

/** A plan at one moment. */
export interface PlanState {
  readonly decision: Decision;
  readonly calls: readonly RingCall[];
  /** Of a plan that has ended. */
  readonly result?: RingResult;
}

/** How often the handlers of an end run at most, if one of them fails. */
export const maxReports = 5;

/**
 * Computes how a plan stands and decides what it needs next. Only this function decides, from what is stored and the
 * time: running it again, or on several instances, does no harm.
 *
 * @param history - the stored events, in any order that keeps attempts before their results
 * @param nowMs - Unix time in milliseconds
 */
export function planState(
  record: PlanRecord,
  history: readonly PlanEvent[],
  nowMs: number,
): PlanState {
  const [ended] = eventsOf(history, 'ended');
  if (ended !== undefined) {
    const { result, atMs } = ended;
    return { decision: afterEnd(atMs, history, nowMs), calls: result.calls, result };
  }
  const { plan, policy, deadlineAtMs } = record;
  const cancelledMs = Math.min(...eventsOf(history, 'cancelling').map(({ atMs }) => atMs));
  const stopMs = Math.min(cancelledMs, deadlineAtMs - endMarginMs);
  let readyMs = record.startAtMs;
  // Later steps are computed too: a report about an earlier step may come after they have rung.
  const states = plan.steps.map((step, index) => {
    const events = history.filter((event) => 'step' in event && event.step === index);
    const state = stepState({ index, step, policy, events, stopMs, nowMs }, readyMs);
    readyMs = state.overMs;
    return state;
  });
  const calls = states.flatMap(({ call }) => call ?? []);
  const decision = decide(record, states, stopMs, nowMs);
  if (typeof decision !== 'string') return { decision, calls };
  const stopped = cancelledMs <= deadlineAtMs ? 'cancelled' : 'expired';
  const known = nowMs < deadlineAtMs ? calls : calls.map(asUnknown);
  const result = resultOf(decision === 'stopped' ? stopped : decision, known);
  return { decision: { do: 'end', result, leftRinging: leftRinging(calls) }, calls };
}

/** Returns what is to be done, or how the plan ends. */
function decide(
  { plan, deadlineAtMs }: PlanRecord,
  states: readonly StepState[],
  stopMs: number,
  nowMs: number,
): Decision | 'accepted' | 'no-answer' | 'unknown' | 'stopped' {
  if (states.some(({ call }) => call?.outcome === 'accepted')) return 'accepted';
  const step = states.findIndex(({ action }) => action !== undefined);
  const over = step < 0 ? states : states.slice(0, step);
  const isUncertain = over.some(({ call }) => call?.outcome === 'unknown');
  if (isUncertain && plan.onUnknown === 'end') return 'unknown';
  const { call, action } = states[step] ?? {};
  if (action === undefined) {
    if (isUncertain) return 'unknown';
    return (over.at(-1)?.overMs ?? 0) < stopMs ? 'no-answer' : 'stopped';
  }
  // After a stop, only calls under way are brought to their end.
  if (nowMs >= stopMs && (call === undefined || action.do === 'ring')) {
    return isUncertain ? 'unknown' : 'stopped';
  }
  if (nowMs >= deadlineAtMs) return 'unknown';
  if (action.do !== 'wait') return { ...action, step };
  const lastMs = call === undefined ? stopMs : deadlineAtMs;
  return { ...action, untilMs: Math.min(action.untilMs, lastMs) };
}

function resultOf(result: RingResult['result'], calls: readonly RingCall[]): RingResult {
  const accepted = calls.find(({ outcome }) => outcome === 'accepted');
  if (accepted === undefined) return { result, acceptedBy: [], calls };
  const { step, callId } = accepted;
  return { result, acceptedBy: usersOf(accepted, 'accepted'), step, callId, calls };
}

/** Of a call that has not ended when its plan ends. */
function asUnknown(call: RingCall): RingCall {
  const callees = call.callees.map((callee) =>
    callee.state === 'ringing' ? ({ ...callee, state: 'unknown' } as const) : callee,
  );
  return { ...call, callees, outcome: call.outcome === 'ringing' ? 'unknown' : call.outcome };
}

function leftRinging(calls: readonly RingCall[]): RingingPhones[] {
  return calls.flatMap((call) => {
    const { callId } = call;
    const userIds = usersOf(call, 'ringing');
    return callId === undefined || userIds.length === 0 ? [] : { callId, userIds };
  });
}

function usersOf({ callees }: RingCall, state: 'accepted' | 'ringing'): string[] {
  return callees.filter((callee) => callee.state === state).map(({ userId }) => userId);
}

function afterEnd(endedMs: number, history: readonly PlanEvent[], nowMs: number): Decision {
  const reports = eventsOf(history, 'reported');
  const count = reports.length;
  if (count >= maxReports || reports.some(({ isDone }) => isDone)) return { do: 'nothing' };
  const dueMs = count === 0 ? endedMs : (reports.at(-1)?.atMs ?? 0) + backOffMs(count);
  if (nowMs < dueMs) return { do: 'wait', untilMs: dueMs };
  return { do: 'report', isLastAttempt: count === maxReports - 1 };
}
