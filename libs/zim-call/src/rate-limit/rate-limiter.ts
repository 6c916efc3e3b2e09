import { Inject, Injectable } from '@nestjs/common';
import { zimCallLanes } from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { type ZimTimers, ZIM_RUNTIME } from '../time/runtime.js';
import type {
  Permit,
  PermitRequest,
  ZimRateLimitEvent,
  ZimRateLimitFigures,
  ZimRateLimitListener,
  RateLimitRefusal,
  ZimRateLimitState,
} from './permit.js';
import { SlotScheduler } from './slot-scheduler.js';
import { LIMITER_FACTORY, type LimiterFactory } from './sliding-window-limiter.js';

/**
 * Decides when a request may be sent, so that all instances together stay within ZIM's quotas. For each quota there are
 * a SlotScheduler, its CallQueue, and a SlidingWindowLimiter: in memory, or in Redis with a fallback in memory.
 */
@Injectable()
export class RateLimiter {
  private readonly schedulers = new Map<string, SlotScheduler>();
  private readonly listeners = new Set<ZimRateLimitListener>();
  private readonly lanes = { urgent: emptyLane(), normal: emptyLane(), bulk: emptyLane() };
  private readonly counts = { forfeited: 0, throttled: 0 };
  isClosing = false;

  constructor(
    @Inject(LIMITER_FACTORY) private readonly limiters: LimiterFactory,
    @Inject(RESOLVED_OPTIONS) private readonly options: Pick<ResolvedOptions, 'rateLimit'>,
    @Inject(ZIM_RUNTIME) private readonly timers: ZimTimers,
  ) {
    limiters.onState((state) => {
      this.emit({ type: 'state', state });
      for (const scheduler of this.schedulers.values()) scheduler.retryNow();
    });
  }

  get state(): ZimRateLimitState {
    return this.limiters.figures().state;
  }

  /** Waits until a request may be sent. Never rejects. */
  acquire(request: PermitRequest): Promise<Permit | RateLimitRefusal> {
    return this.schedulerOf(request.action).acquire(request);
  }

  reportThrottled(action: string): void {
    this.emit({ type: 'throttled', action });
    this.schedulerOf(action).pause();
  }

  probeRedis(): void {
    this.limiters.probeRedis();
  }

  figures(): ZimRateLimitFigures {
    const lanes = structuredClone(this.lanes);
    for (const scheduler of this.schedulers.values()) {
      for (const lane of zimCallLanes) lanes[lane].queued += scheduler.queue.lanes[lane].size;
    }
    return { ...this.limiters.figures(), ...this.counts, lanes };
  }

  onEvent(listener: ZimRateLimitListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Refuses new requests at once, and those that still wait after `drainMs`. */
  async close(drainMs: number): Promise<void> {
    this.isClosing = true;
    await Promise.all([...this.schedulers.values()].map((scheduler) => scheduler.close(drainMs)));
    await this.limiters.close();
  }

  private schedulerOf(action: string): SlotScheduler {
    const { rateLimit } = this.options;
    const name = rateLimit.scope === 'app' ? 'all' : action;
    const known = this.schedulers.get(name);
    if (known !== undefined) return known;
    const limiter = this.limiters.create(name);
    const scheduler = new SlotScheduler(limiter, rateLimit, this.timers, this.emit.bind(this));
    if (this.isClosing) void scheduler.close(0);
    this.schedulers.set(name, scheduler);
    return scheduler;
  }

  private emit(event: ZimRateLimitEvent): void {
    this.count(event);
    // In async functions, so that a listener that throws or rejects does not harm a call.
    const runs = [...this.listeners].map(async (listener) => {
      await listener(event);
    });
    void Promise.allSettled(runs);
  }

  private count(event: ZimRateLimitEvent): void {
    if (event.type === 'sent') {
      const lane = this.lanes[event.lane];
      lane.sent++;
      lane.waitedMs.total += event.waitedMs;
      lane.waitedMs.most = Math.max(lane.waitedMs.most, event.waitedMs);
    } else if (event.type === 'shed') this.lanes[event.lane].shed[event.reason]++;
    else if (event.type === 'forfeited' || event.type === 'throttled') this.counts[event.type]++;
  }
}

const emptyLane = () => ({
  queued: 0,
  sent: 0,
  waitedMs: { total: 0, most: 0 },
  shed: { full: 0, 'too-late': 0, expired: 0, aborted: 0, closed: 0 },
});

/**
 * Shows how requests are rate limited. ZIM allows an AppID 20 calls per second per operation, from all instances
 * together; it refuses calls beyond that (660300005).
 * See https://www.zegocloud.com/docs/zim-server/overview
 */
@Injectable()
export class ZimRateLimit {
  /** @internal */
  constructor(private readonly limiter: RateLimiter) {}

  /** Returns what happened in this instance since its start, and what waits now. */
  figures(): ZimRateLimitFigures {
    return this.limiter.figures();
  }

  /**
   * Calls a listener at each event. What it throws, or rejects with, is ignored.
   * @returns a function that removes the listener
   */
  onEvent(listener: ZimRateLimitListener): () => void {
    return this.limiter.onEvent(listener);
  }
}
