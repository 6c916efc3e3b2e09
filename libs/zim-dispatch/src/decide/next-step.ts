import type { RingCall, PlanEvent, RingResult } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import { backOffMs } from '../plan/timing.js';
import { reduceStep, type StepState } from './reduce-step.js';
import { StepEvents } from './step-events.js';

/** Phones that may still ring. */
export interface RingingPhones {
  readonly callId: string;
  readonly userIds: readonly string[];
}

/** What a plan needs next. */
export type Decision =
  | {
      readonly do: 'ring';
      readonly step: number;
      readonly attempt: number;
      /** The idempotency key of the invite: the same for all attempts of a step. */
      readonly key: string;
    }
  | ({ readonly do: 'withdraw'; readonly step: number; readonly attempt: number } & RingingPhones)
  /** Look again at this time, or when something is reported. */
  | { readonly do: 'wait'; readonly untilMs: number }
  | {
      readonly do: 'end';
      readonly result: RingResult;
      /** Phones that need not ring any longer. */
      readonly leftRinging: readonly RingingPhones[];
    }
  /** Run the handlers of the end. */
  | { readonly do: 'report'; readonly isLastAttempt: boolean }
  | { readonly do: 'nothing' };

/** A plan at one moment. */
export interface PlanState {
  readonly decision: Decision;
  readonly calls: readonly RingCall[];
}

/** How often the handlers of an end run at most, if one of them fails. */
const maxReports = 5;

/**
 * Decides what a plan needs next. Only this function decides, from what is stored and the time: running it again, or on
 * several instances, does no harm.
 *
 * @param history - the stored events, in any order that keeps attempts before their results
 * @param nowMs - Unix time in milliseconds
 */
export function nextStep(
  record: PlanRecord,
  history: readonly PlanEvent[],
  nowMs: number,
): Decision {
  return reducePlan(record, history, nowMs).decision;
}

/** Returns the decision of {@link nextStep}, and the calls that it was made from. */
export function reducePlan(
  record: PlanRecord,
  history: readonly PlanEvent[],
  nowMs: number,
): PlanState {
  const ended = history.find((event) => event.type === 'ended');
  if (ended !== undefined) {
    return { decision: reportOf(ended.atMs, history, nowMs), calls: ended.result.calls };
  }
  const stop = stopOf(record, history);
  const states: StepState[] = [];
  let readyMs = record.startAtMs;
  for (const [index, step] of record.plan.steps.entries()) {
    const events = new StepEvents(history, index);
    const state = reduceStep(record, { index, step, events }, readyMs, stop.atMs, nowMs);
    states.push(state);
    // Later steps are reduced too: a report about an earlier step may come after they have rung.
    readyMs = state.overMs;
  }
  const calls = states.map(({ call }) => call).filter((call) => call !== undefined);
  const end = (result: RingResult['result']): PlanState => ({
    calls,
    decision: { do: 'end', result: resultOf(result, calls), leftRinging: leftRinging(calls) },
  });
  if (calls.some(({ outcome }) => outcome === 'accepted')) return end('accepted');
  let isUncertain = false;
  for (const [step, { call, action, overMs }] of states.entries()) {
    if (action === undefined) {
      isUncertain ||= call?.outcome === 'unknown';
      if (isUncertain && record.plan.onUnknown === 'end') return end('unknown');
      readyMs = overMs;
      continue;
    }
    // After a stop, only calls under way are brought to their end.
    const isStopped = nowMs >= stop.atMs && (call === undefined || action.do === 'ring');
    if (isStopped) return end(isUncertain ? 'unknown' : stop.result);
    switch (action.do) {
      case 'ring':
        return {
          calls,
          decision: { ...action, step, key: `ring/${record.nonce}/${step}` },
        };
      case 'withdraw':
        return { calls, decision: { ...action, step, callId: call?.callId ?? '' } };
      case 'wait': {
        const untilMs = call === undefined ? Math.min(action.untilMs, stop.atMs) : action.untilMs;
        return { calls, decision: { do: 'wait', untilMs } };
      }
    }
  }
  if (isUncertain) return end('unknown');
  return end(readyMs < stop.atMs ? 'no-answer' : stop.result);
}

function stopOf(
  { deadlineAtMs }: PlanRecord,
  history: readonly PlanEvent[],
): { readonly atMs: number; readonly result: 'cancelled' | 'expired' } {
  const cancelledMs = Math.min(
    ...history.filter(({ type }) => type === 'cancelling').map(({ atMs }) => atMs),
  );
  return cancelledMs <= deadlineAtMs
    ? { atMs: cancelledMs, result: 'cancelled' }
    : { atMs: deadlineAtMs, result: 'expired' };
}

function resultOf(result: RingResult['result'], calls: readonly RingCall[]): RingResult {
  const accepted = calls.find(({ outcome }) => outcome === 'accepted');
  if (accepted === undefined) return { result, acceptedBy: [], calls };
  const { step, callId, callees } = accepted;
  const acceptedBy = callees
    .filter(({ state }) => state === 'accepted')
    .map(({ userId }) => userId);
  return { result, acceptedBy, step, ...(callId !== undefined && { callId }), calls };
}

function leftRinging(calls: readonly RingCall[]): RingingPhones[] {
  return calls.flatMap(({ callId, callees }) => {
    const userIds = callees.filter(({ state }) => state === 'ringing').map(({ userId }) => userId);
    return callId === undefined || userIds.length === 0 ? [] : [{ callId, userIds }];
  });
}

function reportOf(endedMs: number, history: readonly PlanEvent[], nowMs: number): Decision {
  const reports = history.filter((event) => event.type === 'reported');
  const last = reports.at(-1);
  if (reports.some(({ isDone }) => isDone) || reports.length >= maxReports) {
    return { do: 'nothing' };
  }
  const dueMs = last === undefined ? endedMs : last.atMs + backOffMs(reports.length);
  return nowMs < dueMs
    ? { do: 'wait', untilMs: dueMs }
    : { do: 'report', isLastAttempt: reports.length === maxReports - 1 };
}
