import type { RingCall, RingEvents } from '../plan/ring-event.js';
import type { PlanRecord, RingStep } from '../plan/ring-plan.js';
import { keyIsSafeMs, lateCallbackMs, requestOverMs, timeoutSecondsOf } from '../plan/timing.js';
import { type CallAction, reduceCall } from './reduce-call.js';
import { earliest, type StepEvents } from './step-events.js';

/** What a step needs next. */
export type StepAction =
  | CallAction
  /** Ring; again only with the idempotency key of the first attempt. */
  | { readonly do: 'ring'; readonly attempt: number };

/** A step of a plan, at one moment. */
export interface StepState {
  /** Absent before the first attempt. */
  readonly call?: RingCall;
  /** Absent if the step is over: none of its phones rings any more, or nothing will ever be known of them. */
  readonly action?: StepAction;
  readonly overMs: number;
}

interface PlannedStep {
  readonly index: number;
  readonly step: RingStep;
  readonly events: StepEvents;
}

/** @param stopMs - when the whole plan is stopped; after that, nothing rings */
export function reduceStep(
  record: PlanRecord,
  { index, step, events }: PlannedStep,
  readyMs: number,
  stopMs: number,
  nowMs: number,
): StepState {
  const latest = events.latest('step-started');
  if (latest === undefined) {
    const ringMs = readyMs + step.pauseSeconds * 1000;
    return {
      overMs: Infinity,
      action: nowMs < ringMs ? { do: 'wait', untilMs: ringMs } : { do: 'ring', attempt: 1 },
    };
  }
  const ringing = earliest(events.all('ringing'));
  if (ringing !== undefined) {
    const { callId, callees, action, overMs } = reduceCall(
      record,
      step,
      ringing,
      events,
      stopMs,
      nowMs,
    );
    const outcome = outcomeOf(callees, action);
    const call = { step: index, callId, outcome, callees, failed: ringing.failed };
    return { call, overMs, ...(action && { action }) };
  }
  return unclearStep(record, { index, step, events }, latest, stopMs, nowMs);
}

/** Of an invite that has no call id, or not yet. */
function unclearStep(
  record: PlanRecord,
  { index, step, events }: PlannedStep,
  latest: RingEvents['step-started'],
  stopMs: number,
  nowMs: number,
): StepState {
  const notRung = events.all('not-rung');
  const unclear = earliest(events.all('unclear'));
  const final = notRung.find(({ retryAfterMs }) => retryAfterMs === undefined);
  const callees = (state: 'ringing' | 'unknown') =>
    step.userIds.map((userId) => ({ userId, state }));
  if (final !== undefined && unclear === undefined) {
    const { reason, failed, atMs } = final;
    return {
      call: { step: index, outcome: 'not-rung', callees: [], failed, reason },
      overMs: atMs,
    };
  }
  const firstOpen = firstUnresolved(events);
  const last = notRung.find(({ attempt }) => attempt === latest.attempt);
  if (unclear === undefined && last?.retryAfterMs !== undefined) {
    const { reason, failed } = last;
    const retryMs = last.atMs + last.retryAfterMs;
    const mayRepeat = firstOpen === undefined || nowMs < firstOpen.atMs + keyIsSafeMs;
    if (mayRepeat && nowMs < stopMs) {
      const wait = { do: 'wait', untilMs: Math.min(retryMs, stopMs) } as const;
      return {
        call: { step: index, outcome: 'ringing', callees: callees('ringing'), failed, reason },
        overMs: Infinity,
        action: nowMs < retryMs ? wait : { do: 'ring', attempt: latest.attempt + 1 },
      };
    }
    if (firstOpen === undefined) {
      const call = { step: index, outcome: 'not-rung', callees: [], failed, reason } as const;
      return { call, overMs: stopMs };
    }
  }
  if (unclear === undefined && last === undefined) {
    const resultMs = latest.atMs + requestOverMs;
    const call = { step: index, outcome: 'ringing', callees: callees('ringing') } as const;
    const inviting = { call: { ...call, failed: [] }, overMs: Infinity };
    if (nowMs < resultMs) return { ...inviting, action: { do: 'wait', untilMs: resultMs } };
    // The instance that rang has died. Its idempotency key shows what became of the invite.
    const mayRepeat = nowMs < (firstOpen ?? latest).atMs + keyIsSafeMs && nowMs < stopMs;
    if (mayRepeat) return { ...inviting, action: { do: 'ring', attempt: latest.attempt + 1 } };
  }
  const sentMs = Math.max(latest.atMs + requestOverMs, unclear?.atMs ?? 0);
  const overMs = sentMs + timeoutSecondsOf(step, record.policy) * 1000 + lateCallbackMs;
  const isOver = nowMs >= overMs;
  const reason = unclear?.reason ?? 'the instance that made the call has died';
  const call: RingCall = {
    step: index,
    outcome: isOver ? 'unknown' : 'ringing',
    callees: callees(isOver ? 'unknown' : 'ringing'),
    failed: [],
    reason,
  };
  return { call, overMs, ...(!isOver && { action: { do: 'wait', untilMs: overMs } }) };
}

/**
 * Finds the first attempt that may have rung phones. One that failed before it was sent proves nothing of earlier
 * ones; every other result shows that the key was free, so earlier attempts had no effect.
 */
function firstUnresolved(events: StepEvents): RingEvents['step-started'] | undefined {
  const notRung = events.all('not-rung');
  const conclusive = notRung.filter(({ outcome }) => outcome !== 'not-sent');
  const provenUntil = Math.max(0, ...conclusive.map(({ attempt }) => attempt));
  return earliest(
    events
      .all('step-started')
      .filter(({ attempt }) => attempt > provenUntil)
      .filter(({ attempt }) => !notRung.some((event) => event.attempt === attempt)),
  );
}

function outcomeOf(callees: RingCall['callees'], action?: CallAction): RingCall['outcome'] {
  if (callees.some(({ state }) => state === 'accepted')) return 'accepted';
  if (action !== undefined) return 'ringing';
  return callees.some(({ state }) => state === 'unknown') ? 'unknown' : 'no-answer';
}
