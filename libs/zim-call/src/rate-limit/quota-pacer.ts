import type { ZimCallLane } from '../config/call-options.js';

/** The token of a module's {@link RateLimiter}. */
export const RATE_LIMITER = Symbol('RATE_LIMITER');

/** Says that somebody has given up. */
export interface Stop {
  /** Why, once somebody has. */
  readonly stopped: string | undefined;
  /**
   * Calls back once.
   * @returns what ends that
   */
  onStop(listener: () => void): () => void;
}

/** A request that wants to leave. */
export interface PermitRequest {
  readonly action: string;
  readonly lane: ZimCallLane;
  /** Those of one tenant wait for each other; tenants take turns. */
  readonly tenant: string;
  /** What it holds in memory while it waits. */
  readonly bytes: number;
  /** Monotonic time after which leaving makes no sense. */
  readonly leaveByMs: number;
  /** Takes it out of the queue. */
  readonly stop: Stop;
}

/** The right to send one request, now. Whoever holds it says what became of it, once. */
export interface Permit {
  /** The request was written to a connection. */
  sent(): void;
  /** ZIM's answer has come. */
  answered(): void;
  /** There will be no answer. If no byte of it left, the slot may serve another. */
  ended(): void;
}

/**
 * Why a request may not leave. `full`: the queue is. `too-late`: it would not get a turn before its time is up.
 * `expired`: its time went by while it waited. `closed`: the pacer is.
 */
export type RateLimitRefusalReason = 'full' | 'too-late' | 'expired' | 'aborted' | 'closed';

/** A request that leaves the queue without having been sent. */
export class RateLimitRefusal {
  constructor(
    readonly reason: RateLimitRefusalReason,
    /** How long it would have waited. */
    readonly waitMs: number,
  ) {}
}

/**
 * Whether the instances share the quota. `local`: no Redis was asked for, this instance has all of it.
 * `shared`: by Redis. `unavailable`: Redis is, and `whenRedisIsUnavailable` says what holds.
 */
export type RateLimitState = 'local' | 'shared' | 'unavailable';

/** Decides when a request may leave, so that all instances together stay within ZIM's quota. */
export interface RateLimiter {
  readonly state: RateLimitState;
  /** Waits for a turn. Never rejects. */
  take(call: PermitRequest): Promise<Permit | RateLimitRefusal>;
  /** ZIM has refused a request of this action for its rate. */
  throttled(action: string): void;
  /** Takes nothing more; lets what waits leave while there is time, and refuses the rest. */
  close(drainMs: number): Promise<void>;
}

/** What pacing takes from its surroundings. */
export interface RateLimitTimers {
  /** Milliseconds of a clock that never steps. */
  monotonicMs(): number;
  /** Calls back once after so many milliseconds; returns what cancels it. */
  setTimer(delayMs: number, callback: () => void): () => void;
}
