import { Inject, Injectable } from '@nestjs/common';
import { ZimHttpService } from '../http/zim-http.service.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import type { ZimRateLimitState } from '../rate-limit/permit.js';
import { EVICTION_STATUS, type EvictionStatus } from '../redis/eviction-policy.js';

/** Whether this instance can send calls, and the state of ZIM's quota. */
export interface ZimHealth {
  readonly status: 'up' | 'down';
  readonly reason?: string;
  readonly state: ZimRateLimitState;
  /** Instances that shared the quota when they were last counted, with this one. */
  readonly instances: number;
  /** Calls that wait for the quota in this instance. */
  readonly queued: number;
  /** The `maxmemory-policy` of Redis; absent without Redis, or until it has been read. */
  readonly evictionPolicy?: string;
  /** A problem that does not stop calls: a Redis that evicts keys loses idempotency keys. */
  readonly warning?: string;
  /** Set when a reply has shown that calls go to zim-sandbox. */
  readonly sandbox?: true;
}

/**
 * A health indicator for `@nestjs/terminus`, which it does not import. It reports whether this instance can send
 * calls, not whether ZIM answers: it never calls ZIM, because probes must not use up the quota.
 */
@Injectable()
export class ZimHealthIndicator {
  /** @internal */
  constructor(
    private readonly limiter: RateLimiter,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(EVICTION_STATUS) private readonly eviction: EvictionStatus | undefined,
    private readonly http: ZimHttpService,
  ) {}

  /**
   * Reports `down` only while no call can be sent: the module is closing, or Redis is unavailable and
   * `rateLimit.whenRedisIsUnavailable` is `closed`. A full queue is not down: its calls are sent later.
   * @param key - the name of this indicator in the result of terminus
   */
  check(key = 'zim'): Record<string, ZimHealth> {
    const { state, instances, lanes } = this.limiter.figures();
    const queued = lanes.urgent.queued + lanes.normal.queued + lanes.bulk.queued;
    const reason = this.reasonForDown(state);
    const { policy: evictionPolicy, problem: warning } = this.eviction ?? {};
    const health: ZimHealth = {
      status: reason === undefined ? 'up' : 'down',
      ...(reason !== undefined && { reason }),
      state,
      instances,
      queued,
      ...(evictionPolicy !== undefined && { evictionPolicy }),
      ...(warning !== undefined && { warning }),
      ...(this.http.callsSandbox && { sandbox: true }),
    };
    return { [key]: health };
  }

  private reasonForDown(state: ZimRateLimitState): string | undefined {
    if (this.limiter.isClosing) return 'the module is closing';
    if (state !== 'unavailable') return undefined;
    if (this.options.rateLimit.whenRedisIsUnavailable !== 'closed') return undefined;
    // An instance that is down gets no calls, and otherwise only calls try to reach Redis again.
    this.limiter.probeRedis();
    return 'Redis is unavailable, and rateLimit.whenRedisIsUnavailable is closed';
  }
}
