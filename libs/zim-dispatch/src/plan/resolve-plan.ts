import { validateInput, ZimInvalidRequestError, type ZimRuntime } from 'nestjs-zim-call';
import { createHash } from 'node:crypto';
import { RingPlanDto, type RingPlanInput } from './ring-plan.dto.js';
import { planLimits, type PlanRecord, type RingPolicy, type RingStep } from './ring-plan.js';
import { endMarginMs, longestStepMs } from './timing.js';

/** What a plan without a deadline is granted for repeated attempts, beyond its steps. */
const slackSeconds = 600;

/**
 * Checks a plan and adds its defaults.
 * @throws ZimInvalidRequestError if a rule is broken, or if the plan could never finish
 */
export function resolvePlan(
  input: RingPlanInput,
  policy: RingPolicy,
  runtime: ZimRuntime,
): PlanRecord {
  const { idempotencyKey, ...dto } = validateInput(RingPlanDto, input, 'ring');
  const { version, fromUserId, startAt, extendedData, offlinePush, onUnknown = 'end' } = dto;
  const steps = dto.steps.map(({ userIds, ringSeconds = 30, pauseSeconds = 0 }) => ({
    ...{ userIds, ringSeconds, pauseSeconds },
  }));
  const { deadlineSeconds = defaultDeadlineSeconds(steps, policy) } = dto;
  const createdAtMs = runtime.wallClockMs();
  const givenMs = startAt === undefined ? createdAtMs : Date.parse(startAt);
  const neededSeconds = steps.reduce((sum, step) => sum + step.pauseSeconds + step.ringSeconds, 0);
  if (Number.isNaN(givenMs)) throw invalid('startAt', 'must be a time that exists');
  if (givenMs > createdAtMs + planLimits.startAheadSeconds * 1000) {
    throw invalid('startAt', 'must be at most 7 days ahead');
  }
  const leastSeconds = neededSeconds + endMarginMs / 1000;
  if (leastSeconds > deadlineSeconds) {
    throw invalid(
      'deadlineSeconds',
      `must be at least ${leastSeconds}, for the steps ring and pause for ${neededSeconds} s, and stopping the last one takes time`,
    );
  }
  const startAtMs = Math.max(createdAtMs, givenMs);
  const given = { version, fromUserId, steps, startAt, extendedData, offlinePush, onUnknown };
  return {
    version: 1,
    id: idempotencyKey === undefined ? runtime.nonce() + runtime.nonce() : digest(idempotencyKey),
    nonce: runtime.nonce(),
    // Without the default of the deadline, which depends on the policy: instances may be configured differently.
    fingerprint: digest(JSON.stringify({ ...given, deadlineSeconds: dto.deadlineSeconds })),
    plan: { ...given, deadlineSeconds },
    policy,
    createdAtMs,
    startAtMs,
    deadlineAtMs: startAtMs + deadlineSeconds * 1000,
  };
}

function defaultDeadlineSeconds(steps: readonly RingStep[], policy: RingPolicy): number {
  const longestMs = steps.reduce((sum, step) => sum + longestStepMs(step, policy), 0);
  return Math.min(planLimits.deadlineSeconds, Math.ceil(longestMs / 1000) + slackSeconds);
}

function invalid(path: string, rule: string): ZimInvalidRequestError {
  const message = `${path} ${rule}`;
  const details = { outcome: 'not-sent', action: 'ring' } as const;
  return new ZimInvalidRequestError(`the plan was refused: ${message}`, details, [
    { path, message },
  ]);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}
