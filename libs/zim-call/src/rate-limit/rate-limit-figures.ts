import type { ZimCallLane } from '../config/request-options.js';
import type { RateLimitRefusalReason, RateLimitState } from './permit.js';

/** A call that is rate limited. */
export interface RateLimitedCall {
  readonly action: string;
  readonly lane: ZimCallLane;
}

/** What happens to the calls that are rate limited. */
export type RateLimitEvent =
  /** A call waits in the queue. */
  | (RateLimitedCall & { readonly type: 'queued' })
  /** A request was sent, this long after its call came. */
  | (RateLimitedCall & { readonly type: 'sent'; readonly waitedMs: number })
  /** A call was refused, or left the queue, without having been sent; it would have waited for `waitMs`. */
  | (RateLimitedCall & {
      readonly type: 'shed';
      readonly reason: RateLimitRefusalReason;
      readonly waitMs: number;
    })
  /** This process woke too late for a slot, and returned it. */
  | { readonly type: 'forfeited'; readonly lateMs: number }
  /** ZIM has refused a request for its rate: all instances pause. */
  | { readonly type: 'throttled'; readonly action: string }
  | { readonly type: 'state'; readonly state: RateLimitState };

/** May be asynchronous; its promise is not awaited. */
export type RateLimitListener = (event: RateLimitEvent) => unknown;

/** Figures of one lane since the start. */
export interface LaneFigures {
  /** Calls that wait now. */
  readonly queued: number;
  /** Requests that were sent. */
  readonly sent: number;
  /** How long those had waited. */
  readonly waitedMs: { readonly total: number; readonly most: number };
  /** Calls that were refused, or left the queue, without having been sent, by reason. */
  readonly shed: Readonly<Record<RateLimitRefusalReason, number>>;
}

/** Figures of the rate limiter since the start. */
export interface RateLimitFigures {
  readonly state: RateLimitState;
  /** Instances that shared the quota when they were last counted, this one among them. */
  readonly instances: number;
  readonly lanes: Readonly<Record<ZimCallLane, LaneFigures>>;
  /** Slots returned because this process woke too late for them. */
  readonly forfeited: number;
  /** Requests that ZIM refused for their rate. */
  readonly throttled: number;
  /** Commands sent to Redis for slots. */
  readonly roundTrips: number;
}
