import { randomBytes } from 'node:crypto';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { RedisHealth, RedisLog } from '../redis/redis-health.js';
import type { ZimTimers } from '../time/runtime.js';
import { DegradingLimiter } from './degrading-limiter.js';
import type { ZimRateLimitState } from './permit.js';
import { RedisLimiterClient, RedisUnavailableError } from './redis-limiter-client.js';
import { RedisSlidingWindow } from './redis-sliding-window.js';
import type { LimiterFactory, SlidingWindowLimiter } from './sliding-window-limiter.js';

const consequences: Record<ResolvedRateLimitOptions['whenRedisIsUnavailable'], string> = {
  degrade: "this instance sends its part of four fifths of ZIM's quota",
  closed: 'nothing is sent',
  open: "this instance takes ZIM's whole quota for itself",
};

export class RedisLimiterFactory implements LimiterFactory {
  private readonly client: RedisLimiterClient;
  private readonly health: RedisHealth;

  constructor(
    connection: RedisConnection,
    private readonly prefix: string,
    private readonly options: ResolvedRateLimitOptions,
    private readonly timers: ZimTimers,
  ) {
    this.client = new RedisLimiterClient(connection, timers, randomBytes(6).toString('hex'));
    this.health = new RedisHealth(timers, () => this.run('probe'));
    const probe = () => void this.health.probe();
    this.client.onLateReply = probe;
    connection.redis.on('ready', probe);
    connection.redis.on('close', () => {
      this.health.failed(connection.fault ?? 'the connection is closed', timers.monotonicMs());
    });
    const log = new RedisLog(timers, consequences[options.whenRedisIsUnavailable]);
    connection.redis.on('error', () => {
      log.fault(connection.fault ?? '');
    });
    this.health.onState((state, reason) => {
      log.state(state, reason);
      // A Redis that came back empty has to count this instance, but only after it has the recent sends.
      if (state === 'shared') queueMicrotask(() => void this.announce());
    });
  }

  figures() {
    const { instances, roundTrips } = this.client;
    return { state: this.health.state, instances, roundTrips };
  }

  async announce(): Promise<void> {
    const sentMs = this.timers.monotonicMs();
    await this.run('hello').catch((error: unknown) => {
      this.health.failed(error instanceof Error ? error.message : 'no reply', sentMs);
    });
  }

  create(quota: string): SlidingWindowLimiter {
    const { client, options, timers } = this;
    const shared = new RedisSlidingWindow(client, this.keysOf(quota), options, timers);
    return new DegradingLimiter(shared, this.health, options, timers);
  }

  onState(listener: (state: ZimRateLimitState) => void): void {
    this.health.onState(listener);
  }

  probeRedis(): void {
    this.health.probeSoon();
  }

  async close(): Promise<void> {
    this.health.close();
    await this.run('leave').catch(() => undefined);
  }

  /** @throws RedisUnavailableError */
  private async run(operation: 'hello' | 'probe' | 'leave'): Promise<void> {
    const { kind } = await this.client.run(operation, this.keysOf(''));
    if (kind === 'stale') throw new RedisUnavailableError('the request reached Redis too late');
  }

  private keysOf(quota: string): readonly string[] {
    const { prefix } = this;
    return [`${prefix}slots:${quota}`, `${prefix}window:${quota}`, `${prefix}instances`];
  }
}
