import type { ZimCallLane } from '../config/request-options.js';
import type { RateLimitRefusalReason, RateLimitState } from './permit.js';

/** What happens to the calls that are rate limited. */
export type RateLimitEvent =
  /** A call waits in the queue. */
  | { readonly type: 'queued'; readonly action: string; readonly lane: ZimCallLane }
  /** A request was sent, this long after its call came. */
  | {
      readonly type: 'sent';
      readonly action: string;
      readonly lane: ZimCallLane;
      readonly waitedMs: number;
    }
  /** A call was refused, or left the queue, without having been sent. */
  | {
      readonly type: 'shed';
      readonly action: string;
      readonly lane: ZimCallLane;
      readonly reason: RateLimitRefusalReason;
      /** How long it would have waited. */
      readonly waitMs: number;
    }
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
  forfeited = 0;
  throttled = 0;

  add(event: RateLimitEvent): void {
    switch (event.type) {
      case 'sent': {
        const lane = this.lanes[event.lane];
        lane.sent++;
        lane.waitedMs.total += event.waitedMs;
        lane.waitedMs.most = Math.max(lane.waitedMs.most, event.waitedMs);
        break;
      }
      case 'shed':
        this.lanes[event.lane].shed[event.reason]++;
        break;
      case 'forfeited':
        this.forfeited++;
        break;
      case 'throttled':
        this.throttled++;
        break;
      default:
    }
  }

  /** Returns a copy, with the calls that wait in each lane now. */
  laneFigures(queued: (lane: ZimCallLane) => number): RateLimitFigures['lanes'] {
    const { urgent, normal, bulk } = structuredClone(this.lanes);
    return {
      urgent: { queued: queued('urgent'), ...urgent },
      normal: { queued: queued('normal'), ...normal },
      bulk: { queued: queued('bulk'), ...bulk },
    };
  }
}
