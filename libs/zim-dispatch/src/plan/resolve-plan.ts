import { ZimInvalidRequestError, ZimValidationPipe } from 'nestjs-zim-call';
import { createHash } from 'node:crypto';
import type { DispatchRuntime } from './dispatch-runtime.js';
import { RingPlanDto, type RingPlanInput } from './ring-plan.dto.js';
import {
  planDefaults,
  planLimits,
  type PlanRecord,
  type RingPlan,
  type RingPolicy,
} from './ring-plan.js';
import { longestStepMs } from './timing.js';

const pipe = new ZimValidationPipe();
/** What a plan without a deadline is granted for repeated attempts, beyond its steps. */
const slackSeconds = 600;

/**
 * Checks a plan and adds its defaults.
 * @throws ZimInvalidRequestError if a rule is broken, or if the plan could never finish
 */
export function resolvePlan(
  input: RingPlanInput,
  policy: RingPolicy,
  runtime: DispatchRuntime,
): PlanRecord {
  const valid: unknown = pipe.transform(input, { type: 'body', metatype: RingPlanDto });
  if (!(valid instanceof RingPlanDto)) throw invalid('', 'the plan must be an object');
  const nowMs = runtime.wallClockMs();
  const plan = withDefaults(valid, policy);
  const startAtMs = plan.startAt === undefined ? nowMs : Date.parse(plan.startAt);
  if (Number.isNaN(startAtMs)) throw invalid('startAt', 'startAt must be a time that exists');
  if (startAtMs > nowMs + planLimits.startAheadMs) {
    throw invalid('startAt', 'startAt must be at most 7 days ahead');
  }
  refuseEndless(plan);
  const startMs = Math.max(nowMs, startAtMs);
  // Without defaults that depend on the policy: instances may be configured differently.
  const given = { ...plan, deadlineSeconds: valid.deadlineSeconds };
  const fingerprint = digest(JSON.stringify(given));
  const { idempotencyKey } = valid;
  return {
    version: 1,
    id: idempotencyKey === undefined ? runtime.nonce() : digest(idempotencyKey),
    nonce: runtime.nonce(),
    fingerprint,
    plan,
    policy,
    createdAtMs: nowMs,
    startAtMs: startMs,
    deadlineAtMs: startMs + plan.deadlineSeconds * 1000,
  };
}

function withDefaults(
  {
    version,
    fromUserId,
    startAt,
    extendedData,
    offlinePush,
    onUnknown = planDefaults.onUnknown,
    ...rest
  }: RingPlanDto,
  policy: RingPolicy,
): RingPlan {
  const steps = rest.steps.map(({ userIds, ringSeconds, pauseSeconds }) => ({
    userIds,
    ringSeconds: ringSeconds ?? planDefaults.ringSeconds,
    pauseSeconds: pauseSeconds ?? planDefaults.pauseSeconds,
  }));
  const longestMs = steps.reduce((sum, step) => sum + longestStepMs(step, policy), 0);
  const deadlineSeconds =
    rest.deadlineSeconds ??
    Math.min(planLimits.deadlineSeconds, Math.ceil(longestMs / 1000) + slackSeconds);
  return {
    ...{ version, fromUserId, steps, onUnknown, deadlineSeconds },
    ...(startAt !== undefined && { startAt }),
    ...(extendedData !== undefined && { extendedData }),
    ...(offlinePush !== undefined && { offlinePush }),
  };
}

/** A plan whose last step could never ring in time is a mistake. */
function refuseEndless({ steps, deadlineSeconds }: RingPlan): void {
  const neededSeconds = steps.reduce(
    (sum, { pauseSeconds, ringSeconds }) => sum + pauseSeconds + ringSeconds,
    0,
  );
  if (neededSeconds <= deadlineSeconds) return;
  throw invalid(
    'deadlineSeconds',
    `deadlineSeconds is ${deadlineSeconds}, but the steps ring and pause for ${neededSeconds} s, so the last one could never ring`,
  );
}

function invalid(path: string, message: string): ZimInvalidRequestError {
  const details = { outcome: 'not-sent', action: 'ring' } as const;
  return new ZimInvalidRequestError(`the plan was refused: ${message}`, details, [
    { path, message },
  ]);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 32);
}
