import type { RedisHealth } from '../redis/redis-health.js';
import type { ZimTimers } from '../time/runtime.js';
import { MemorySlidingWindow } from './memory-sliding-window.js';
import { RedisUnavailableError } from './redis-limiter-client.js';
import {
  fallbackShare,
  type RedisSlidingWindow,
  type SharedWindowSettings,
} from './redis-sliding-window.js';
import type { SlidingWindowLimiter, SlotGrant, SlotRequest } from './sliding-window-limiter.js';

/** The fallback grants slots only if a probe of Redis failed no longer ago than this. */
const probeLifeMs = 700;
/** The fallback grants no slots further ahead than this. */
const fallbackAheadMs = 100;
const closed: SlotGrant = { waitMs: fallbackAheadMs, tooLate: false };

/** The shared window of Redis; while Redis is unavailable, a fallback of this instance's own, by the policy. */
export class DegradingLimiter implements SlidingWindowLimiter {
  private fallback?: MemorySlidingWindow;
  /** Since when the shared window does not know what this instance sends. */
  private leftAtMs?: number;
  private joining?: Promise<void>;

  constructor(
    private readonly shared: Pick<RedisSlidingWindow, keyof RedisSlidingWindow>,
    private readonly health: RedisHealth,
    private readonly settings: SharedWindowSettings,
    private readonly timers: ZimTimers,
  ) {
    health.onState(() => {
      // What the fallback has sent counts for the other instances also if nothing more is sent here. If this report
      // fails, the next reservation repeats it.
      if (this.fallback !== undefined) this.tryShared(() => this.rejoin()).catch(() => undefined);
    });
  }

  async reserve(request: SlotRequest): Promise<SlotGrant> {
    const { recent } = this.shared;
    for (const report of request.reports) recent.report(report);
    const grant = (await this.reserveShared(request)) ?? (await this.reserveFallback(request));
    if (grant.slot !== undefined) recent.granted(grant.slot);
    return grant;
  }

  async pause(): Promise<void> {
    await this.fallback?.pause();
    await this.tryShared(() => this.shared.pause());
  }

  async idle(): Promise<void> {
    await this.tryShared(() => this.shared.idle());
  }

  private async reserveShared(request: SlotRequest): Promise<SlotGrant | undefined> {
    // If the last probe was long ago, Redis may have been back for long.
    if (this.health.state === 'unavailable' && !this.hasProbed) await this.health.probe();
    return this.tryShared(async () => {
      await this.rejoin();
      return this.shared.reserve(request);
    });
  }

  /** Resolves undefined while Redis is unavailable. */
  private async tryShared<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.health.state === 'unavailable') return undefined;
    const sentMs = this.timers.monotonicMs();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RedisUnavailableError)) throw error;
      this.health.failed(error.message, sentMs);
      return undefined;
    }
  }

  /** Reports to the shared window, once, what was sent without it. */
  private async rejoin(): Promise<void> {
    if (this.leftAtMs === undefined) return;
    const outage = { sinceMs: this.leftAtMs, lastProbeMs: this.health.lastProbeMs };
    const joined = () => {
      this.leftAtMs = undefined;
      this.fallback = undefined;
    };
    this.joining ??= this.shared
      .join('returned', outage)
      .then(joined)
      .finally(() => (this.joining = undefined));
    await this.joining;
  }

  private async reserveFallback(request: SlotRequest): Promise<SlotGrant> {
    this.health.probeSoon();
    const nowMs = this.timers.monotonicMs();
    this.leftAtMs ??= this.health.unavailableSinceMs ?? nowMs;
    if (this.settings.whenRedisIsUnavailable === 'closed') return closed;
    const isOpen = this.settings.whenRedisIsUnavailable === 'open';
    // When the slots that others hold have fired, and the shared window has reserved what is sent here.
    const settledMs = Math.max(
      this.leftAtMs + this.shared.settleMs,
      this.shared.fallbackReservedAtMs,
    );
    const waitMs = (isOpen ? this.leftAtMs : settledMs) - nowMs;
    if (waitMs > 0) return { waitMs: Math.min(fallbackAheadMs, waitMs), tooLate: false };
    this.fallback ??= this.createFallback(isOpen);
    // Redis may be back, and other instances may use the whole quota there.
    if (!this.hasProbed) return closed;
    const withinMs = Math.min(fallbackAheadMs, request.withinMs);
    const grant = await this.fallback.reserve({ ...request, withinMs });
    if (grant.slot !== undefined) {
      // So many instances would share the whole quota if each sent as much as this one.
      const activeInstances = isOpen ? 1 : this.shared.instances / fallbackShare;
      return { slot: grant.slot, activeInstances };
    }
    if (grant.waitMs > request.withinMs) return grant;
    return { waitMs: Math.min(fallbackAheadMs, grant.waitMs), tooLate: false };
  }

  private get hasProbed(): boolean {
    return this.timers.monotonicMs() - this.health.lastProbeMs <= probeLifeMs;
  }

  private createFallback(isOpen: boolean): MemorySlidingWindow {
    const { limit, windowMs } = this.settings;
    const { instances, recent } = this.shared;
    const share = isOpen ? limit : (fallbackShare * limit) / instances;
    const settings =
      share >= 1
        ? { limit: Math.floor(share), windowMs }
        : { limit: 1, windowMs: windowMs / share };
    return new MemorySlidingWindow(this.timers, settings, recent.all(), recent.nextIdPrefix());
  }
}
