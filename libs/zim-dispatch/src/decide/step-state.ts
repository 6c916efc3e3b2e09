import { earliest, eventsOf, type RingAttempt, type RingCall } from '../plan/ring-event.js';
import type { PlanEvent, RingEvents } from '../plan/ring-event.js';
import type { RingPolicy, RingStep } from '../plan/ring-plan.js';
import * as timing from '../plan/timing.js';
import { calleeState } from './callee-state.js';

/** A step with its events, at one moment. */
export interface StepHistory {
  readonly index: number;
  readonly step: RingStep;
  readonly policy: RingPolicy;
  readonly events: readonly PlanEvent[];
  /** When the whole plan is stopped; after that, nothing rings. */
  readonly stopMs: number;
  readonly nowMs: number;
}

/** What a step needs next: an attempt to ring or to withdraw, or another look at a time or when something is reported. */
export type StepAction =
  | { readonly do: 'ring'; readonly attempt: number }
  | {
      readonly do: 'withdraw';
      readonly attempt: number;
      readonly callId: string;
      readonly userIds: readonly string[];
    }
  | { readonly do: 'wait'; readonly untilMs: number };

export interface StepState {
  /** Absent before the first attempt. */
  readonly call?: RingCall;
  /** Absent if the step is over: none of its phones rings any more, or nothing will ever be known of them. */
  readonly action?: StepAction;
  readonly overMs: number;
}

/**
 * Computes how a step stands.
 * @param readyMs - when the step before was over
 */
export function stepState(history: StepHistory, readyMs: number): StepState {
  const { step, events, nowMs } = history;
  const rings = eventsOf(events, 'ringing');
  // A reply says more than a callback does, which leaves out who could not be invited.
  const byReply = earliest(rings.filter(({ confirmedBy }) => confirmedBy === 'reply'));
  const ringing = byReply ?? earliest(rings);
  if (ringing !== undefined) return callState(history, ringing);
  const started = latest(eventsOf(events, 'step-started'));
  if (started !== undefined) return inviteState(history, started);
  const ringMs = readyMs + step.pauseSeconds * 1000;
  return { overMs: Infinity, action: nowMs < ringMs ? wait(ringMs) : { do: 'ring', attempt: 1 } };
}

/** Of a call whose id is known. */
function callState(history: StepHistory, ringing: RingEvents['ringing']): StepState {
  const { index, step, policy, events, stopMs, nowMs } = history;
  const { callId, failed, atMs: ringingMs } = ringing;
  const giveUpMs = ringingMs + timing.silentAfterMs(step, policy);
  const found = ringing.userIds.map((userId) =>
    calleeState(userId, ringing, events, policy, giveUpMs, nowMs),
  );
  const callees = found.map(({ userId, state, reportedBy }) => ({ userId, state, reportedBy }));
  const states = new Set(found.map(({ state }) => state));
  const outcome = (['accepted', 'ringing', 'unknown'] as const).find((one) => states.has(one));
  const call = { step: index, callId, outcome: outcome ?? 'no-answer', callees, failed } as const;
  const overMs = Math.max(ringingMs, ...found.map(({ atMs }) => atMs));
  const open = found.filter(({ state }) => state === 'ringing');
  if (open.length === 0) return { call, overMs };
  const last = latest(eventsOf(events, 'withdrawing'));
  const result = eventsOf(events, 'withdrawn').find(({ attempt }) => attempt === last?.attempt);
  const firstMs = Math.min(stopMs, ringingMs + timing.withdrawAfterMs(step, policy));
  // A withdrawal may be repeated: withdrawing twice does no harm.
  const againMs = result && result.atMs + timing.backOffMs(result.attempt);
  const withdrawMs = againMs ?? (last ? last.atMs + timing.requestOverMs : firstMs);
  const rest = open.filter(({ canBeWithdrawn }) => canBeWithdrawn);
  const untilMs = Math.min(
    ...open.map(({ atMs }) => atMs),
    rest.length > 0 ? withdrawMs : Infinity,
  );
  if (nowMs < untilMs) return { call, overMs, action: wait(untilMs) };
  const userIds = rest.map(({ userId }) => userId);
  const attempt = (last?.attempt ?? 0) + 1;
  return { call, overMs, action: { do: 'withdraw', attempt, callId, userIds } };
}

type Why = Partial<Pick<RingCall, 'reason' | 'failed'>>;

/** Of an invite that has no call id, or not yet. */
function inviteState(history: StepHistory, started: RingEvents['step-started']): StepState {
  const { index, step, policy, events, stopMs, nowMs } = history;
  const call = (outcome: 'ringing' | 'unknown' | 'not-rung', why: Why = {}) => {
    const callees =
      outcome === 'not-rung' ? [] : step.userIds.map((userId) => ({ userId, state: outcome }));
    return { step: index, outcome, callees, failed: why.failed ?? [], reason: why.reason };
  };
  const unclear = earliest(eventsOf(events, 'unclear'));
  if (unclear === undefined) {
    const results = eventsOf(events, 'not-rung');
    const final = results.find(({ retryAfterMs }) => retryAfterMs === undefined);
    if (final !== undefined) return { call: call('not-rung', final), overMs: final.atMs };
    const result = results.find(({ attempt }) => attempt === started.attempt);
    const ringing = { call: call('ringing', result), overMs: Infinity };
    // Without a result by then, the instance that rang has died. The key shows what became of the invite.
    const resultMs = started.atMs + timing.requestOverMs;
    if (result === undefined && nowMs < resultMs) return { ...ringing, action: wait(resultMs) };
    const retryMs = result === undefined ? resultMs : result.atMs + (result.retryAfterMs ?? 0);
    const unresolved = firstUnresolved(eventsOf(events, 'step-started'), results);
    const isKeySafe = unresolved === undefined || nowMs < unresolved.atMs + timing.keyIsSafeMs;
    if (isKeySafe && nowMs < stopMs) {
      const again = { do: 'ring', attempt: started.attempt + 1 } as const;
      return { ...ringing, action: nowMs < retryMs ? wait(Math.min(retryMs, stopMs)) : again };
    }
    if (result !== undefined && unresolved === undefined) {
      return { call: call('not-rung', result), overMs: stopMs };
    }
  }
  const overMs =
    Math.max(started.atMs + timing.requestOverMs, unclear?.atMs ?? 0) +
    timing.silentAfterMs(step, policy);
  const { reason } = unclear ?? { reason: 'the instance that made the call has died' };
  if (nowMs >= overMs) return { call: call('unknown', { reason }), overMs };
  return { call: call('ringing', { reason }), overMs, action: wait(overMs) };
}

/**
 * Finds the first attempt that may have rung phones. One that failed before it was sent proves nothing of earlier
 * ones; every other result shows that the key was free, so earlier attempts had no effect.
 */
function firstUnresolved(
  started: readonly RingEvents['step-started'][],
  results: readonly RingEvents['not-rung'][],
): RingEvents['step-started'] | undefined {
  const proven = results.filter(({ outcome }) => outcome !== 'not-sent');
  const provenUntil = Math.max(0, ...proven.map(({ attempt }) => attempt));
  const known = new Set(results.map(({ attempt }) => attempt));
  return earliest(started.filter(({ attempt }) => attempt > provenUntil && !known.has(attempt)));
}

function latest<T extends RingAttempt>(events: readonly T[]): T | undefined {
  return events.toSorted((a, b) => b.attempt - a.attempt)[0];
}

function wait(untilMs: number): StepAction {
  return { do: 'wait', untilMs };
}
