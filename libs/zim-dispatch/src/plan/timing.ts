import { zimCallbackRetryDelaysSeconds, zimLimits } from 'zim-protocol';
import type { RingPolicy, RingStep } from './ring-plan.js';

/** The clock, timers and randomness of this package: a `ZimRuntime`, injected so that tests control it. */
export const DISPATCH_RUNTIME = Symbol('DISPATCH_RUNTIME');

/** The longest time of an invite or a withdrawal, with its repeated requests. */
export const requestDeadlineMs = 10_000;
/** What rings so long before the deadline is withdrawn: the plan ends at the deadline, whatever is known then. */
export const endMarginMs = 2_000;
/** When a request certainly has its result, unless the instance that sent it has died. */
export const requestOverMs = requestDeadlineMs + 5_000;
/** How long an idempotency key is certainly stored: the shortest `idempotencyLifeMs` is a minute. */
export const keyIsSafeMs = 45_000;
/** ZIM repeats a callback for about a minute; one that has not arrived by then is lost. */
export const lateCallbackMs =
  zimCallbackRetryDelaysSeconds.reduce((sum, seconds) => sum + seconds, 0) * 1000 + 8_000;
/** How long after the end of the ring time the first callback about it may arrive. */
const callbackGraceMs = 3_000;
/** By how much ZIM's own timeout comes after the withdrawal where no callback would report it. */
const timeoutMarginSeconds = 10;

/**
 * Returns the `timeoutSeconds` of a step's invite. Without callbacks the plan itself ends the ringing, by a withdrawal
 * before ZIM's timeout: ZIM confirms that the phone was ringing until then.
 */
export function timeoutSecondsOf(step: RingStep, { callbacks }: RingPolicy): number {
  const margin = callbacks ? 0 : timeoutMarginSeconds;
  return Math.min(zimLimits.timeoutSeconds, step.ringSeconds + margin);
}

/** How long after an invite was sent nothing about its phones can be reported any more. */
export function silentAfterMs(step: RingStep, policy: RingPolicy): number {
  return timeoutSecondsOf(step, policy) * 1000 + lateCallbackMs;
}

/** How long after the invite's reply a call is withdrawn of which no end was reported. */
export function withdrawAfterMs(step: RingStep, { callbacks }: RingPolicy): number {
  return step.ringSeconds * 1000 + (callbacks ? callbackGraceMs : 0);
}

/** How long a request may take that begins now: it ends before the plan does. */
export function requestLimitMs(deadlineAtMs: number, nowMs: number): number {
  return Math.max(1, Math.min(requestDeadlineMs, deadlineAtMs - nowMs));
}

/** The wait after so many attempts, in milliseconds: 1 s, doubled with each, at most 60 s. */
export function backOffMs(attempt: number): number {
  return Math.min(60_000, 1000 * 2 ** Math.min(attempt - 1, 10));
}

/** The longest time that a step takes if every report is late. */
export function longestStepMs(step: RingStep, policy: RingPolicy): number {
  return step.pauseSeconds * 1000 + requestOverMs + silentAfterMs(step, policy);
}
