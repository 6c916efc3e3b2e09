import type { EventEmitter } from 'node:events';
import type { PlanEvent } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';

/** A plan with its events. */
export interface StoredPlan {
  readonly record: PlanRecord;
  readonly history: readonly PlanEvent[];
  /** Increases with each event, also with those of later versions of this package, which `history` leaves out. */
  readonly version: number;
}

/** Stores plans, and wakes them when they need something. */
export interface PlanDriver {
  /** Emits, under a plan's id, the type of each event that was stored of it; nothing if any may have been. */
  readonly changes: EventEmitter;
  /** How long a plan waits at most before it is looked at again: another instance may have died. */
  readonly lookEveryMs: number;
  /** Stores a plan. `full`: as many are open as `maxOpenPlans` allows. `known`: its id is stored. */
  create(record: PlanRecord): Promise<'stored' | 'known' | 'full'>;
  load(id: string): Promise<StoredPlan | undefined>;
  /**
   * Appends an event, if the plan has not ended (`reported`: only if it has) and still has that version, if one is
   * given. Returns whether it did.
   */
  append(id: string, event: PlanEvent, version?: number): Promise<boolean>;
  /** Returns the ids of the newest plans that are open, or have ended. */
  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]>;
  /** Looks at a plan at this time, or now if that has passed. */
  lookAt(id: string, atMs: number): Promise<void>;
  /** Begins to look. `look` may run several times for one plan, also at the same time. */
  start(look: (id: string) => Promise<void>): void;
  /** Ends all looks here. Other instances look at these plans at once, if there are any. */
  stop(ids: readonly string[]): Promise<void>;
}

export const PLAN_DRIVER = Symbol('PLAN_DRIVER');

/** How long a plan is kept after its end. */
export const keepEndedMs = 3_600_000;
