import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import type { Timers } from '../time/runtime.js';
import type {
  WindowSettings,
  SlotGrant,
  SlotRequest,
  SlidingWindowLimiter,
} from './sliding-window-limiter.js';
import { aloneAheadMs, aloneSettings, lookFreshMs, shareOfQuota } from './alone.js';
import type { RecentSends } from './recent-slots.js';
import type { RedisHealth } from '../redis/redis-health.js';
import type { RedisSlidingWindow } from './redis-sliding-window.js';
import { RedisUnavailableError } from './redis-limiter-client.js';

export type AwayPolicy = ResolvedRateLimitOptions['whenRedisIsUnavailable'];

/** The shared ring while Redis is there; while it is away, what the policy says. */
export class DegradingLimiter implements SlidingWindowLimiter {
  private own?: MemorySlidingWindow;
  /** Since when the shared ring knows nothing of what is sent here. */
  private leftAtMs?: number;
  private joining?: Promise<void>;

  constructor(
    private readonly shared: RedisSlidingWindow,
    private readonly recent: RecentSends,
    private readonly health: RedisHealth,
    private readonly policy: AwayPolicy,
    private readonly settings: WindowSettings,
    private readonly timers: Timers,
  ) {
    health.onState((state) => {
      // What was sent alone counts for the others also if nothing more is sent here.
      if (state === 'shared' && this.own !== undefined) void this.tried(() => this.comeBack());
    });
  }

  async reserve(request: SlotRequest): Promise<SlotGrant> {
    for (const report of request.reports) this.recent.report(report);
    const grant = (await this.ofShared(request)) ?? (await this.alone(request));
    if (grant.slot !== undefined) this.recent.granted(grant.slot);
    return grant;
  }

  async pause(): Promise<void> {
    await this.own?.pause();
    if (this.health.state === 'shared') await this.tried(() => this.shared.pause());
  }

  async rest(): Promise<void> {
    if (this.health.state === 'shared') await this.tried(() => this.shared.rest());
  }

  private async ofShared(request: SlotRequest): Promise<SlotGrant | undefined> {
    // Long after the last look, Redis may have been back for long.
    if (this.health.state === 'unavailable' && !this.hasLooked) await this.health.probe();
    if (this.health.state === 'unavailable') return undefined;
    return this.tried(async () => {
      await this.comeBack();
      return this.shared.reserve(request);
    });
  }

  private async tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    const askedAtMs = this.timers.monotonicMs();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.health.failed(error.message, askedAtMs);
      return undefined;
    }
  }

  /** Tells the shared ring once what was sent here meanwhile. */
  private async comeBack(): Promise<void> {
    if (this.leftAtMs === undefined) return;
    this.joining ??= this.join(this.leftAtMs);
    try {
      await this.joining;
    } finally {
      this.joining = undefined;
    }
  }

  private async join(sinceMs: number): Promise<void> {
    await this.shared.join('returned', { sinceMs, lastLookMs: this.health.lastProbeMs });
    this.leftAtMs = undefined;
    this.own = undefined;
  }

  private async alone(request: SlotRequest): Promise<SlotGrant> {
    this.health.probeSoon();
    this.leftAtMs ??= this.health.unavailableSinceMs ?? this.timers.monotonicMs();
    if (this.policy === 'closed') return closed;
    const waitMs = this.opensAtMs(this.leftAtMs) - this.timers.monotonicMs();
    if (waitMs > 0) return { waitMs: Math.min(aloneAheadMs, waitMs), tooLate: false };
    this.own ??= this.openOwn();
    // Redis may be back, and others may use the whole quota there.
    if (!this.hasLooked) return closed;
    const withinMs = Math.min(aloneAheadMs, request.withinMs);
    const grant = await this.own.reserve({ ...request, withinMs });
    if (grant.slot !== undefined) return { slot: grant.slot, activeInstances: this.ownSharers };
    if (grant.waitMs > request.withinMs) return grant;
    return { waitMs: Math.min(aloneAheadMs, grant.waitMs), tooLate: false };
  }

  private get hasLooked(): boolean {
    return this.timers.monotonicMs() - this.health.lastProbeMs <= lookFreshMs;
  }

  /** When what others hold has fired, and the shared ring leaves room for what is sent here. */
  private opensAtMs(leftAtMs: number): number {
    if (this.policy === 'open') return leftAtMs;
    return Math.max(leftAtMs + this.shared.settleMs, this.shared.roomMadeAtMs);
  }

  /** For whoever reckons by the whole quota how long it takes. */
  private get ownSharers(): number {
    return this.policy === 'open' ? 1 : this.shared.instances / shareOfQuota;
  }

  private openOwn(): MemorySlidingWindow {
    const { instances } = this.shared;
    const own = this.policy === 'open' ? this.settings : aloneSettings(this.settings, instances);
    return new MemorySlidingWindow(this.timers, own, {
      slots: this.recent.all(),
      name: this.recent.nextName(),
    });
  }
}

const closed: SlotGrant = { waitMs: aloneAheadMs, tooLate: false };
