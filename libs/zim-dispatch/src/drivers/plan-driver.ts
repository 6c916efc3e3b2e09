import type { Observable } from 'rxjs';
import type { PlanEvent } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';

/** A plan with its events. */
export interface StoredPlan {
  readonly record: PlanRecord;
  readonly history: readonly PlanEvent[];
  /** The number of stored events, with those of later versions of this package that `history` leaves out. */
  readonly length: number;
}

/** Something was stored of a plan. Without an id: anything may have been. */
export interface PlanChange {
  readonly id?: string;
  readonly isEnd?: boolean;
}

/** `full`: as many plans are open as `maxOpenPlans` allows. */
export type Creation =
  | { readonly state: 'new' }
  | { readonly state: 'full' }
  | { readonly state: 'known'; readonly record: PlanRecord };

/** Stores plans, and wakes them when they need something. */
export interface PlanDriver {
  readonly changes: Observable<PlanChange>;
  /** How long a plan waits at most before it is looked at again: another instance may have died. */
  readonly lookEveryMs: number;
  /** Stores a new plan, unless one with its id is stored. */
  create(record: PlanRecord): Promise<Creation>;
  load(id: string): Promise<StoredPlan | undefined>;
  /**
   * Appends an event, if the plan has not ended; `reported` also after that.
   * @param length - appends only if the history has this many events
   * @returns whether the event was appended
   */
  append(id: string, event: PlanEvent, length?: number): Promise<boolean>;
  /** Returns ids of plans: the newest of the open ones, or of those that have ended. */
  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]>;
  /** Looks at a plan at this time, or now if that has passed. */
  lookAt(id: string, atMs: number): Promise<void>;
  /** Begins to look. `look` may run several times for one plan, also at the same time. */
  start(look: (id: string) => Promise<void>): Promise<void>;
  /** Ends all looks here. Other instances look at these plans at once, if there are any. */
  stop(ids: readonly string[]): Promise<void>;
}

export const PLAN_DRIVER = Symbol('PLAN_DRIVER');

/** How long a plan is kept after its end. */
export const keepEndedMs = 3_600_000;
