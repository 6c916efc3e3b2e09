import type { PlanEvent } from './ring-event.js';
import type { PlanRecord } from './ring-plan.js';

/**
 * Reads a plan that any version of this package has stored as JSON.
 * @throws Error if a later version has stored it, or something else has
 */
export function readRecord(json: string): PlanRecord {
  const value: unknown = JSON.parse(json);
  if (isFields(value) && isRecord(value)) return value;
  const version = isFields(value) ? String(value['version']) : 'none';
  const update = 'and this package reads version 1: update it on all instances';
  throw new Error(`a stored plan has the version ${version}, ${update}`);
}

/** Reads an event; returns `undefined` for one of an unknown kind, which a later version may have stored. */
export function readEvent(json: string): PlanEvent | undefined {
  const value: unknown = JSON.parse(json);
  return isFields(value) && isEvent(value) ? value : undefined;
}

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isRecord = (value: Fields): value is Fields & PlanRecord => value['version'] === 1;
const isEvent = (value: Fields): value is Fields & PlanEvent => eventTypes.has(value['type']);
const eventTypes: ReadonlySet<unknown> = new Set<PlanEvent['type']>([
  ...(['step-started', 'ringing', 'not-rung', 'unclear', 'answer'] as const),
  ...(['withdrawing', 'withdrawn', 'cancelling', 'ended', 'reported'] as const),
]);
