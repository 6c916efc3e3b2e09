import type { PlanEvent } from './ring-event.js';
import type { PlanRecord } from './ring-plan.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...choices: readonly string[]): Check =>
  (value) =>
    choices.some((choice) => choice === value);
const shape =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const failures = listOf(shape({ userId: text, reason: text, vendorCode: optional(number) }));
const state = oneOf(
  'ringing',
  'accepted',
  'rejected',
  'timed-out',
  'cancelled',
  'withdrawn',
  'unknown',
);
const call = shape({
  step: number,
  callId: optional(text),
  outcome: oneOf('ringing', 'accepted', 'no-answer', 'not-rung', 'unknown'),
  callees: listOf(shape({ userId: text, state, reportedBy: optional(text) })),
  failed: failures,
  reason: optional(text),
});
const attempt = { step: number, attempt: number };

const eventChecks: Readonly<Record<PlanEvent['type'], Check>> = {
  'step-started': shape(attempt),
  ringing: shape({ ...attempt, callId: text, userIds: texts, failed: failures, confirmedBy: text }),
  'not-rung': shape({
    ...attempt,
    outcome: oneOf('not-sent', 'refused', 'rejected'),
    reason: text,
    failed: failures,
    retryAfterMs: optional(number),
  }),
  unclear: shape({ ...attempt, reason: text, correlationId: optional(text) }),
  answer: shape({ step: number, callId: text, userId: text, state, reportedBy: text }),
  withdrawing: shape(attempt),
  withdrawn: shape({ ...attempt, users: listOf(shape({ userId: text, result: text })) }),
  cancelling: shape({}),
  ended: shape({
    result: shape({
      result: oneOf('accepted', 'no-answer', 'cancelled', 'expired', 'unknown'),
      acceptedBy: texts,
      step: optional(number),
      callId: optional(text),
      calls: listOf(call),
    }),
  }),
  reported: shape({ isDone: flag }),
};

const recordCheck = shape({
  id: text,
  nonce: text,
  fingerprint: text,
  plan: shape({
    version: (value) => value === 1,
    fromUserId: text,
    steps: listOf(shape({ userIds: texts, ringSeconds: number, pauseSeconds: number })),
    onUnknown: oneOf('end', 'continue'),
    deadlineSeconds: number,
    startAt: optional(text),
    extendedData: optional(text),
  }),
  policy: shape({ callbacks: flag, clientReports: flag, trustWithdrawal: flag }),
  createdAtMs: number,
  startAtMs: number,
  deadlineAtMs: number,
});

/**
 * Reads a plan that any version of this package has stored as JSON.
 * @throws Error if a later version has stored it, or something else has
 */
export function readRecord(json: string): PlanRecord {
  const value: unknown = JSON.parse(json);
  if (isFields(value) && value['version'] !== 1) {
    throw new Error(
      `a stored plan has the version ${String(value['version'])}, and this package reads version 1: update it`,
    );
  }
  if (!isRecord(value)) throw new Error('what is stored as a plan is none');
  return value;
}

/** Reads an event; returns `undefined` for one of an unknown kind, which a later version may have stored. */
export function readEvent(json: string): PlanEvent | undefined {
  const value: unknown = JSON.parse(json);
  if (!isFields(value) || !text(value['type']) || !number(value['atMs'])) {
    throw new Error('what is stored as an event of a plan is none');
  }
  if (!Object.hasOwn(eventChecks, String(value['type']))) return undefined;
  if (!isEvent(value)) throw new Error(`a stored event ${String(value['type'])} cannot be read`);
  return value;
}

function isRecord(value: unknown): value is PlanRecord {
  return recordCheck(value);
}

function isEvent(value: Fields): value is Fields & PlanEvent {
  const check = Object.entries(eventChecks).find(([type]) => type === value['type'])?.[1];
  return check?.(value) === true;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
