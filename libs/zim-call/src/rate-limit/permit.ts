import type { ZimCallLane } from '../config/request-options.js';
import type { Deadline } from '../time/deadline.js';

/** A request that waits for its permit. */
export interface PermitRequest {
  readonly action: string;
  readonly lane: ZimCallLane;
  /** Requests of one tenant wait for each other; the queue is fair between tenants. */
  readonly tenant: string;
  /** Memory that the request takes while it waits. */
  readonly bytes: number;
  /** Monotonic time after which it is too late to send it. */
  readonly leaveByMs: number;
  /** Takes the request out of the queue when it stops. */
  readonly deadline: Pick<Deadline, 'stopped' | 'onStop'>;
}

/** The right to send one request, now. Its holder reports what became of the request. */
export interface Permit {
  /** The request was written to a connection. */
  sent(): void;
  /** ZIM's reply has come. */
  answered(): void;
  /** There will be no reply. If no byte of the request left, the slot may serve another one. */
  ended(): void;
}

/**
 * Why a request gets no permit. `full`: too many wait. `too-late`: its time would be up before a slot is free.
 * `expired`: its time was up while it waited. `aborted`: its caller cancelled it. `closed`: the module closes.
 */
export type RateLimitRefusalReason = 'full' | 'too-late' | 'expired' | 'aborted' | 'closed';

/** The answer to a request that gets no permit. */
export class RateLimitRefusal {
  constructor(
    readonly reason: RateLimitRefusalReason,
    /** How long it would have waited. */
    readonly waitMs: number,
  ) {}
}

/**
 * Whether the instances share the quota. `local`: no Redis is configured, and this instance has all of it.
 * `shared`: through Redis. `unavailable`: Redis is, and `whenRedisIsUnavailable` says what is sent.
 */
export type RateLimitState = 'local' | 'shared' | 'unavailable';
