import type { ResolvedZimPacingOptions } from '../options/zim-call-options.js';
import { MemoryRing } from '../pacing/memory-ring.js';
import type { PacingTimers } from '../pacing/quota-pacer.js';
import type { RingSettings, SlotGrant, SlotRequest, SlotRing } from '../pacing/slot-ring.js';
import type { RecentSlots } from './recent-slots.js';
import type { RedisHealth } from './redis-health.js';
import type { RedisRing } from './redis-ring.js';
import { RedisAwayError } from './ring-client.js';

/** Room for instances of which nothing is known. */
const shareOfQuota = 0.8;
const lookAgainMs = 100;

export type AwayPolicy = ResolvedZimPacingOptions['whenRedisIsAway'];

/** The shared ring while Redis is there; while it is away, what the policy says. */
export class DegradingRing implements SlotRing {
  private own?: MemoryRing;
  /** Since when the shared ring knows nothing of what is sent here. */
  private leftAtMs?: number;

  constructor(
    private readonly shared: RedisRing,
    private readonly recent: RecentSlots,
    private readonly health: RedisHealth,
    private readonly policy: AwayPolicy,
    private readonly settings: RingSettings,
    private readonly timers: PacingTimers,
  ) {}

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

  private async ofShared(request: SlotRequest): Promise<SlotGrant | undefined> {
    if (this.health.state === 'away') return undefined;
    return this.tried(async () => {
      await this.comeBack();
      return this.shared.reserve(request);
    });
  }

  private async tried<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RedisAwayError)) throw error;
      this.health.failed(error.message);
      return undefined;
    }
  }

  /** Others may have sent by themselves for as long as this instance could have. */
  private async comeBack(): Promise<void> {
    if (this.leftAtMs === undefined) return;
    const awayMs = this.timers.monotonicMs() - this.leftAtMs;
    const othersMaySend = this.policy === 'open' || awayMs > this.shared.settleMs / 2;
    await this.shared.join(othersMaySend && this.policy !== 'closed' ? 'returned' : 'other');
    this.leftAtMs = undefined;
    this.own = undefined;
  }

  private async alone(request: SlotRequest): Promise<SlotGrant> {
    this.health.wanted();
    this.leftAtMs ??= this.health.awaySinceMs ?? this.timers.monotonicMs();
    if (this.policy === 'closed') return { waitMs: lookAgainMs, tooLate: false };
    this.own ??= this.openOwn(this.leftAtMs);
    const grant = await this.own.reserve(request);
    if (grant.slot !== undefined) return { slot: grant.slot, sharers: this.ownSharers };
    if (grant.tooLate) return grant;
    // Redis may be back sooner.
    return { ...grant, waitMs: Math.min(lookAgainMs, grant.waitMs) };
  }

  /** For whoever reckons by the whole quota how long it takes. */
  private get ownSharers(): number {
    return this.policy === 'open' ? 1 : this.shared.instances / shareOfQuota;
  }

  private openOwn(leftAtMs: number): MemoryRing {
    const start = { slots: this.recent.all(), name: this.recent.nextName() };
    if (this.policy === 'open') return new MemoryRing(this.timers, this.settings, start);
    const { limit, windowMs } = this.settings;
    const share = limit / this.ownSharers;
    const own =
      share >= 1
        ? { limit: Math.floor(share), windowMs }
        : { limit: 1, windowMs: windowMs / share };
    return new MemoryRing(this.timers, own, {
      ...start,
      opensAtMs: leftAtMs + this.shared.settleMs,
    });
  }
}
