import type { ZimCallLane } from '../config/request-options.js';
import type { RateLimitRefusalReason, RateLimitState } from './permit.js';

interface LimitedCall {
  readonly action: string;
  readonly lane: ZimCallLane;
}

/** What happens to the calls that are rate limited. */
export type RateLimitEvent =
  /** A call waits in the queue. */
  | (LimitedCall & { readonly type: 'queued' })
  /** A request was sent, this long after its call came. */
  | (LimitedCall & { readonly type: 'sent'; readonly waitedMs: number })
  /** A call was refused, or left the queue, without having been sent; it would have waited for `waitMs`. */
  | (LimitedCall & {
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

const emptyLane = () => ({
  sent: 0,
  waitedMs: { total: 0, most: 0 },
  shed: { full: 0, 'too-late': 0, expired: 0, aborted: 0, closed: 0 },
});

/** Counts events. */
export class RateLimitCount {
  private readonly lanes = { urgent: emptyLane(), normal: emptyLane(), bulk: emptyLane() };
  private forfeited = 0;
  private throttled = 0;

  add(event: RateLimitEvent): void {
    if (event.type === 'sent') {
      const lane = this.lanes[event.lane];
      lane.sent++;
      lane.waitedMs.total += event.waitedMs;
      lane.waitedMs.most = Math.max(lane.waitedMs.most, event.waitedMs);
    } else if (event.type === 'shed') this.lanes[event.lane].shed[event.reason]++;
    else if (event.type === 'forfeited' || event.type === 'throttled') this[event.type]++;
  }

  /** Returns a copy, with the calls that wait in each lane now. */
  figures(queuedIn: (lane: ZimCallLane) => number) {
    const { forfeited, throttled } = this;
    const { urgent, normal, bulk } = structuredClone(this.lanes);
    const lanes = {
      urgent: { queued: queuedIn('urgent'), ...urgent },
      normal: { queued: queuedIn('normal'), ...normal },
      bulk: { queued: queuedIn('bulk'), ...bulk },
    };
    return { lanes, forfeited, throttled };
  }
}
