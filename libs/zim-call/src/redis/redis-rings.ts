import { Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { ResolvedZimPacingOptions } from '../options/zim-call-options.js';
import type { PacingState, PacingTimers } from '../pacing/quota-pacer.js';
import type { RingSource, SlotRing } from '../pacing/slot-ring.js';
import { DegradingRing } from './degrading-ring.js';
import { RecentSlots } from './recent-slots.js';
import { RedisHealth } from './redis-health.js';
import type { RedisLink } from './redis-link.js';
import { RedisRing, type RingKeys } from './redis-ring.js';
import { RingClient } from './ring-client.js';

const words: Record<ResolvedZimPacingOptions['whenRedisIsAway'], string> = {
  degrade: "this instance sends its part of four fifths of ZIM's quota",
  closed: 'nothing is sent',
  open: "this instance takes ZIM's whole quota for itself",
};

/** The rings that all instances of a backend share through Redis. */
export class RedisRings implements RingSource {
  private readonly logger = new Logger('ZimRedis');
  private readonly client: RingClient;
  private readonly health: RedisHealth;

  constructor(
    link: RedisLink,
    private readonly prefix: string,
    private readonly pacing: ResolvedZimPacingOptions,
    private readonly timers: PacingTimers,
  ) {
    this.client = new RingClient(link, timers, randomBytes(6).toString('hex'));
    this.health = new RedisHealth(timers, () => this.say('hello'));
    const look = () => {
      this.health.sign();
    };
    this.client.onLateAnswer = look;
    link.redis.on('ready', look);
    link.redis.on('close', () => {
      this.health.failed('the connection is closed');
    });
    this.health.onState((state, reason) => {
      this.log(state, reason);
    });
  }

  /** Lets the others know of this instance. */
  async announce(): Promise<void> {
    await this.say('hello').catch((error: unknown) => {
      this.health.failed(error instanceof Error ? error.message : 'no answer');
    });
  }

  get state(): PacingState {
    return this.health.state;
  }

  get instances(): number {
    return this.client.instances;
  }

  get roundTrips(): number {
    return this.client.roundTrips;
  }

  open(quota: string): SlotRing {
    const recent = new RecentSlots(this.timers, this.client.instance, 2 * this.pacing.windowMs);
    const shared = new RedisRing(this.client, this.keysOf(quota), this.pacing, this.timers, recent);
    return new DegradingRing(
      shared,
      recent,
      this.health,
      this.pacing.whenRedisIsAway,
      this.pacing,
      this.timers,
    );
  }

  onState(listener: (state: PacingState) => void): void {
    this.health.onState(listener);
  }

  lookForRedis(): void {
    this.health.wanted();
  }

  async close(): Promise<void> {
    this.health.close();
    await this.say('leave').catch(() => undefined);
  }

  private async say(operation: 'hello' | 'leave'): Promise<void> {
    const { slots, ring, instances } = this.keysOf('');
    await this.client.ask(operation, [slots, ring, instances], []);
  }

  private keysOf(quota: string): RingKeys {
    return {
      slots: `${this.prefix}slots:${quota}`,
      ring: `${this.prefix}ring:${quota}`,
      instances: `${this.prefix}instances`,
    };
  }

  private log(state: PacingState, reason: string): void {
    if (state === 'away') {
      const { whenRedisIsAway } = this.pacing;
      this.logger.warn(
        `Redis is away (${reason}): until it is back, ${words[whenRedisIsAway]}, and each instance knows its own callbacks only`,
      );
    } else {
      this.logger.log("Redis is back: instances share ZIM's quota and callbacks again");
    }
  }
}
