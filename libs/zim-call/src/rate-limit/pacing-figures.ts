import type { RateLimitEvent } from './rate-limit-events.js';
import type { ZimCallLane } from '../config/request-options.js';
import type { RateLimitRefusalReason, RateLimitState } from './permit.js';

/** Of one lane, since the start. */
export interface LaneFigures {
  /** Calls that wait now. */
  readonly queued: number;
  /** Requests that left. */
  readonly sent: number;
  /** How long those had waited. */
  readonly waitedMs: { readonly total: number; readonly most: number };
  /** Calls that left the queue without having been sent, by reason. */
  readonly shed: Readonly<Record<RateLimitRefusalReason, number>>;
}

/** What pacing did since the start. */
export interface RateLimitFigures {
  readonly state: RateLimitState;
  /** Instances that shared the quota when they were last counted, this one among them. */
  readonly instances: number;
  readonly lanes: Readonly<Record<ZimCallLane, LaneFigures>>;
  /** Slots given up because this process woke too late for them. */
  readonly forfeited: number;
  /** Requests that ZIM refused for their rate. */
  readonly throttled: number;
  /** Commands sent to Redis for slots. */
  readonly roundTrips: number;
}

class LaneCount {
  sent = 0;
  readonly waitedMs = { total: 0, most: 0 };
  readonly shed: Record<RateLimitRefusalReason, number> = {
    full: 0,
    'too-late': 0,
    expired: 0,
    aborted: 0,
    closed: 0,
  };
}

/** Counts events. */
export class RateLimitCount {
  private readonly lanes: Record<ZimCallLane, LaneCount> = {
    urgent: new LaneCount(),
    normal: new LaneCount(),
    bulk: new LaneCount(),
  };
  forfeited = 0;
  throttled = 0;

  add(event: RateLimitEvent): void {
    switch (event.type) {
      case 'sent': {
        const { sent, waitedMs } = this.lanes[event.lane];
        this.lanes[event.lane].sent = sent + 1;
        waitedMs.total += event.waitedMs;
        waitedMs.most = Math.max(waitedMs.most, event.waitedMs);
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

  laneFigures(queued: (lane: ZimCallLane) => number): RateLimitFigures['lanes'] {
    const figuresOf = (lane: ZimCallLane): LaneFigures => {
      const { sent, waitedMs, shed } = this.lanes[lane];
      return { queued: queued(lane), sent, waitedMs: { ...waitedMs }, shed: { ...shed } };
    };
    const [urgent, normal, bulk] = [figuresOf('urgent'), figuresOf('normal'), figuresOf('bulk')];
    return { urgent, normal, bulk };
  }
}
