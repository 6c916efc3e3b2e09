import { Inject, Injectable } from '@nestjs/common';
import { ZimHttpService } from '../http/zim-http.service.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import { RateLimiter } from '../rate-limit/rate-limiter.js';
import type { RateLimitState } from '../rate-limit/permit.js';

/** Whether calls can leave this instance, and how it stands with ZIM's quota. */
export interface ZimHealth {
  readonly status: 'up' | 'down';
  /** Why it is down. */
  readonly reason?: string;
  readonly state: RateLimitState;
  /** Instances that shared the quota when they were last counted, this one among them. */
  readonly instances: number;
  /** Calls that wait for their turn in this instance. */
  readonly queued: number;
  /** The `maxmemory-policy` of the Redis; absent without one, or until it can be read. */
  readonly evictionPolicy?: string;
  /** What is wrong although calls leave: a Redis that evicts keys forgets idempotency keys. */
  readonly warning?: string;
  /** Calls go to zim-sandbox, as its replies say; absent until one has come. */
  readonly sandbox?: true;
}

/** What is known of the Redis's eviction policy. */
export interface EvictionStatus {
  readonly current?: string;
  readonly problem?: string;
}

/** The token of {@link EvictionStatus}; `undefined` without a Redis. */
export const EVICTION_STATUS = Symbol('EVICTION_STATUS');

/**
 * A health indicator for `@nestjs/terminus`, which it does not need itself. It never calls ZIM, for a probe must
 * not spend the quota of calls: it knows what holds calls back here, not whether ZIM answers.
 */
@Injectable()
export class ZimHealthIndicator {
  constructor(
    private readonly limiter: RateLimiter,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(EVICTION_STATUS) private readonly eviction: EvictionStatus | undefined,
    private readonly http: ZimHttpService,
  ) {}

  /**
   * Down only while no call can leave: the module is closing, or Redis is unavailable and
   * `rateLimit.whenRedisIsUnavailable` is `closed`. A full queue is not down: its calls do leave.
   * @param key under which terminus shows it
   */
  check(key = 'zim'): Record<string, ZimHealth> {
    const { state, instances, lanes } = this.limiter.figures();
    const queued = lanes.urgent.queued + lanes.normal.queued + lanes.bulk.queued;
    const reason = this.whyDown(state);
    const { current: evictionPolicy, problem: warning } = this.eviction ?? {};
    const figures = {
      state,
      instances,
      queued,
      ...(evictionPolicy !== undefined && { evictionPolicy }),
      ...(warning !== undefined && { warning }),
      ...(this.http.callsSandbox && { sandbox: true as const }),
    };
    return {
      [key]:
        reason === undefined
          ? { status: 'up', ...figures }
          : { status: 'down', reason, ...figures },
    };
  }

  private whyDown(state: RateLimitState): string | undefined {
    if (this.limiter.isClosing) return 'the module is closing';
    if (state !== 'unavailable' || this.options.rateLimit.whenRedisIsUnavailable !== 'closed')
      return undefined;
    // An instance that is down gets no calls, and only calls would probe Redis.
    this.limiter.probeRedis();
    return 'Redis is unavailable, and rateLimit.whenRedisIsUnavailable is closed';
  }
}
