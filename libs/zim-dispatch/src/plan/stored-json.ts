import type { PlanEvent } from './ring-event.js';
import type { PlanRecord } from './ring-plan.js';

/**
 * Reads a plan that any version of this package has stored as JSON.
 * @throws Error if a later version has stored it, or something else has
 */
export function readRecord(json: string): PlanRecord {
  const value: unknown = JSON.parse(json);
  if (isRecord(value)) return value;
  const version = isFields(value) ? String(value['version']) : 'none';
  throw new Error(
    `a stored plan has the version ${version}, and this package reads version 1: update it on all instances`,
  );
}

const eventTypes: Readonly<Record<PlanEvent['type'], true>> = {
  'step-started': true,
  ringing: true,
  'not-rung': true,
  unclear: true,
  answer: true,
  withdrawing: true,
  withdrawn: true,
  cancelling: true,
  ended: true,
  reported: true,
};

/** Reads an event; returns `undefined` for one of an unknown kind, which a later version may have stored. */
export function readEvent(json: string): PlanEvent | undefined {
  const value: unknown = JSON.parse(json);
  return isEvent(value) ? value : undefined;
}

function isRecord(value: unknown): value is PlanRecord {
  return isFields(value) && value['version'] === 1 && isFields(value['plan']);
}

function isEvent(value: unknown): value is PlanEvent {
  return isFields(value) && Object.hasOwn(eventTypes, String(value['type']));
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
