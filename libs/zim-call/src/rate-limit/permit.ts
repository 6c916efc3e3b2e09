import type { ZimCallLane } from '../config/request-options.js';
import type { Deadline } from '../time/deadline.js';

export interface PermitRequest {
  readonly action: string;
  readonly lane: ZimCallLane;
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
  answered(): void;
  /** There will be no reply. If no byte of the request left, the slot may serve another one. */
  ended(): void;
}

/**
 * Why a request gets no permit. `full`: too many wait. `too-late`: its time would be up before a slot is free.
 * `expired`: its time was up while it waited. `aborted`: its caller cancelled it. `closed`: the module closes.
 */
export type ZimRateLimitRefusalReason = 'full' | 'too-late' | 'expired' | 'aborted' | 'closed';

export class RateLimitRefusal {
  constructor(
    readonly reason: ZimRateLimitRefusalReason,
    readonly waitMs: number,
  ) {}
}

/**
 * Whether the instances share the quota. `local`: no Redis is configured, and this instance has all of it.
 * `shared`: through Redis. `unavailable`: Redis is, and `whenRedisIsUnavailable` says what is sent.
 */
export type ZimRateLimitState = 'local' | 'shared' | 'unavailable';

/** A call that is rate limited. */
export interface ZimRateLimitedCall {
  readonly action: string;
  readonly lane: ZimCallLane;
}

/** What happens to the calls that are rate limited. */
export type ZimRateLimitEvent =
  | (ZimRateLimitedCall & { readonly type: 'queued' })
  /** A request was sent, this long after its call came. */
  | (ZimRateLimitedCall & { readonly type: 'sent'; readonly waitedMs: number })
  /** A call was refused, or left the queue, without having been sent; it would have waited for `waitMs`. */
  | (ZimRateLimitedCall & {
      readonly type: 'shed';
      readonly reason: ZimRateLimitRefusalReason;
      readonly waitMs: number;
    })
  /** This process woke too late for a slot, and returned it. */
  | { readonly type: 'forfeited'; readonly lateMs: number }
  /** ZIM has refused a request for its rate: all instances pause. */
  | { readonly type: 'throttled'; readonly action: string }
  | { readonly type: 'state'; readonly state: ZimRateLimitState };

/** May be asynchronous; its promise is not awaited. */
export type ZimRateLimitListener = (event: ZimRateLimitEvent) => unknown;

/** Figures of one lane since the start. */
export interface ZimLaneFigures {
  /** Calls that wait now. */
  readonly queued: number;
  /** Requests that were sent. */
  readonly sent: number;
  /** How long those had waited. */
  readonly waitedMs: { readonly total: number; readonly most: number };
  /** Calls that were refused, or left the queue, without having been sent, by reason. */
  readonly shed: Readonly<Record<ZimRateLimitRefusalReason, number>>;
}

export interface ZimRateLimitFigures {
  readonly state: ZimRateLimitState;
  /** Instances that shared the quota when they were last counted, this one among them. */
  readonly instances: number;
  readonly lanes: Readonly<Record<ZimCallLane, ZimLaneFigures>>;
  /** Slots returned because this process woke too late for them. */
  readonly forfeited: number;
  /** Requests that ZIM refused for their rate. */
  readonly throttled: number;
  /** Commands sent to Redis for slots. */
  readonly roundTrips: number;
}
