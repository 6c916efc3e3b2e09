import type { ZimCallLane } from '../config/request-options.js';
import type { RateLimitRefusalReason, RateLimitState } from './permit.js';

/** What happens to the calls that are paced. */
export type RateLimitEvent =
  /** A call waits for its turn. */
  | { readonly type: 'queued'; readonly action: string; readonly lane: ZimCallLane }
  /** A request has left, so long after it came. */
  | {
      readonly type: 'sent';
      readonly action: string;
      readonly lane: ZimCallLane;
      readonly waitedMs: number;
    }
  /** A call leaves the queue without having been sent. */
  | {
      readonly type: 'shed';
      readonly action: string;
      readonly lane: ZimCallLane;
      readonly reason: RateLimitRefusalReason;
      /** How long it would have waited. */
      readonly waitMs: number;
    }
  /** This process woke too late for a slot, and gave it up. */
  | { readonly type: 'forfeited'; readonly lateMs: number }
  /** ZIM has refused a request for its rate: all instances pause. */
  | { readonly type: 'throttled'; readonly action: string }
  | { readonly type: 'state'; readonly state: RateLimitState };

/** May be asynchronous; nobody waits for it. */
export type RateLimitListener = (event: RateLimitEvent) => unknown;
