import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import type { Timers } from '../time/runtime.js';
import type { RateLimitState } from './permit.js';
import type { LimiterFactory, SlidingWindowLimiter } from './sliding-window-limiter.js';
import { DegradingLimiter } from './degrading-limiter.js';
import { RecentSends } from './recent-slots.js';
import { RedisHealth } from '../redis/redis-health.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { RedisSlidingWindow, type WindowKeys } from './redis-sliding-window.js';
import { RedisUnavailableError, RedisLimiterClient } from './redis-limiter-client.js';

const words: Record<ResolvedRateLimitOptions['whenRedisIsUnavailable'], string> = {
  degrade: "this instance sends its part of four fifths of ZIM's quota",
  closed: 'nothing is sent',
  open: "this instance takes ZIM's whole quota for itself",
};

const logEveryMs = 10_000;

/** How Redis starts to say that somebody may not use it. */
const refusals = /^(WRONGPASS|NOAUTH|NOPERM)\b/;

/** The rings that all instances of a backend share through Redis. */
export class RedisLimiterFactory implements LimiterFactory {
  private readonly logger = new Logger('ZimRedis');
  private readonly client: RedisLimiterClient;
  private readonly health: RedisHealth;
  private logAgainAtMs = Number.NEGATIVE_INFINITY;
  private isLogged = true;
  private loggedFault = '';

  constructor(
    link: RedisConnection,
    private readonly prefix: string,
    private readonly rateLimit: ResolvedRateLimitOptions,
    private readonly timers: Timers,
  ) {
    this.client = new RedisLimiterClient(link, timers, randomBytes(6).toString('hex'));
    this.health = new RedisHealth(timers, () => this.say('look'));
    const look = () => {
      void this.health.probe();
    };
    this.client.onLateAnswer = look;
    link.redis.on('ready', look);
    link.redis.on('close', () => {
      this.health.failed(link.fault ?? 'the connection is closed', timers.monotonicMs());
    });
    link.redis.on('error', () => {
      this.logRefusal(link.fault ?? '');
    });
    this.health.onState((state, reason) => {
      this.log(state, reason);
      // A Redis that came back empty has to count this instance, but only once it knows what was sent here.
      if (state === 'shared') queueMicrotask(() => void this.announce());
    });
  }

  /** Lets the others know of this instance. */
  async announce(): Promise<void> {
    const askedAtMs = this.timers.monotonicMs();
    await this.say('hello').catch((error: unknown) => {
      this.health.failed(error instanceof Error ? error.message : 'no answer', askedAtMs);
    });
  }

  get state(): RateLimitState {
    return this.health.state;
  }

  get instances(): number {
    return this.client.instances;
  }

  get roundTrips(): number {
    return this.client.roundTrips;
  }

  open(quota: string): SlidingWindowLimiter {
    const recent = new RecentSends(this.timers, this.client.instance, 2 * this.rateLimit.windowMs);
    const { whenRedisIsUnavailable } = this.rateLimit;
    const keys = this.keysOf(quota);
    const sendsAlone = whenRedisIsUnavailable !== 'closed';
    const shared = new RedisSlidingWindow(
      this.client,
      keys,
      this.rateLimit,
      this.timers,
      recent,
      sendsAlone,
    );
    return new DegradingLimiter(
      shared,
      recent,
      this.health,
      whenRedisIsUnavailable,
      this.rateLimit,
      this.timers,
    );
  }

  onState(listener: (state: RateLimitState) => void): void {
    this.health.onState(listener);
  }

  probeRedis(): void {
    this.health.probeSoon();
  }

  async close(): Promise<void> {
    this.health.close();
    await this.say('leave').catch(() => undefined);
  }

  private async say(operation: 'hello' | 'look' | 'leave'): Promise<void> {
    const { slots, ring, instances } = this.keysOf('');
    const { kind } = await this.client.ask(operation, [slots, ring, instances], []);
    if (kind === 'stale') throw new RedisUnavailableError('Redis ran the question too late');
  }

  private keysOf(quota: string): WindowKeys {
    return {
      slots: `${this.prefix}slots:${quota}`,
      ring: `${this.prefix}ring:${quota}`,
      instances: `${this.prefix}instances`,
    };
  }

  /** A connection that is closed says nothing of a password that was changed meanwhile; the next attempt does. */
  private logRefusal(fault: string): void {
    if (fault === this.loggedFault || !refusals.test(fault)) return;
    this.loggedFault = fault;
    this.logger.error(`Redis refuses the user or the password of redisUrl (${fault})`);
  }

  /** A Redis that comes and goes is logged from time to time. */
  private log(state: RateLimitState, reason: string): void {
    const nowMs = this.timers.monotonicMs();
    if (state === 'unavailable') {
      this.isLogged = nowMs >= this.logAgainAtMs;
      if (!this.isLogged) return;
      this.logAgainAtMs = nowMs + logEveryMs;
      this.loggedFault = reason;
      const { whenRedisIsUnavailable } = this.rateLimit;
      this.logger.warn(
        `Redis is away (${reason}): until it is back, ${words[whenRedisIsUnavailable]}, and each instance knows its own callbacks only`,
      );
    } else if (this.isLogged) {
      this.loggedFault = '';
      this.logger.log("Redis is back: instances share ZIM's quota and callbacks again");
    }
  }
}
