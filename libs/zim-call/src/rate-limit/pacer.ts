import type { ZimCallLane } from '../config/call-options.js';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import { PacedQuota } from './paced-quota.js';
import { RateLimitCount, type RateLimitFigures } from './pacing-figures.js';
import type { RateLimitEvent, RateLimitListener } from './pacing-events.js';
import type {
  PermitRequest,
  RateLimitRefusal,
  RateLimitState,
  RateLimitTimers,
  Permit,
  RateLimiter,
} from './quota-pacer.js';
import type { RingSource } from './slot-ring.js';

/** Paces what a backend sends, each quota by itself. */
export class Pacer implements RateLimiter {
  private readonly quotas = new Map<string, PacedQuota>();
  private readonly count = new RateLimitCount();
  private readonly listeners = new Set<RateLimitListener>();
  private closing = false;

  constructor(
    private readonly rings: RingSource,
    private readonly settings: ResolvedRateLimitOptions,
    private readonly timers: RateLimitTimers,
  ) {
    rings.onState((state) => {
      this.tell({ type: 'state', state });
      for (const quota of this.quotas.values()) quota.ringChanged();
    });
  }

  get state(): RateLimitState {
    return this.rings.state;
  }

  /** Takes nothing more. */
  get isClosing(): boolean {
    return this.closing;
  }

  lookForRedis(): void {
    this.rings.lookForRedis();
  }

  figures(): RateLimitFigures {
    const { forfeited, throttled } = this.count;
    const { state, instances, roundTrips } = this.rings;
    const queued = (lane: ZimCallLane) =>
      [...this.quotas.values()].reduce((sum, quota) => sum + quota.sizeOf(lane), 0);
    const lanes = this.count.laneFigures(queued);
    return { state, instances, lanes, forfeited, throttled, roundTrips };
  }

  onEvent(listener: RateLimitListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  take(call: PermitRequest): Promise<Permit | RateLimitRefusal> {
    return this.quotaOf(call.action).take(call);
  }

  throttled(action: string): void {
    this.tell({ type: 'throttled', action });
    this.quotaOf(action).throttled();
  }

  async close(drainMs: number): Promise<void> {
    this.closing = true;
    await Promise.all([...this.quotas.values()].map((quota) => quota.close(drainMs)));
    await this.rings.close();
  }

  private quotaOf(action: string): PacedQuota {
    const name = this.settings.scope === 'app' ? 'all' : action;
    const known = this.quotas.get(name);
    if (known !== undefined) return known;
    const quota = new PacedQuota(
      this.rings.open(name),
      this.settings,
      this.settings,
      this.timers,
      (event) => {
        this.tell(event);
      },
    );
    if (this.closing) void quota.close(0);
    this.quotas.set(name, quota);
    return quota;
  }

  private tell(event: RateLimitEvent): void {
    this.count.add(event);
    for (const listener of this.listeners) {
      void callQuietly(listener, event);
    }
  }
}

/** Whoever watches must not harm what is watched, also if it is an asynchronous function. */
async function callQuietly(listener: RateLimitListener, event: RateLimitEvent): Promise<void> {
  try {
    await listener(event);
  } catch {
    // It is the listener's own affair.
  }
}
