import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { type DuplicateMemory, LocalDuplicateMemory } from './stores/duplicate-store.js';
import { LocalNonceStore, type NonceStore } from './stores/nonce-store.js';
import { ZIM_RUNTIME, type ZimRuntime } from './time/runtime.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from './config/zim-call-options.js';
import { ZimConfigError } from './errors/errors.js';
import { type IdempotencyStore, MemoryIdempotencyStore } from './stores/idempotency-store.js';
import { type CallEventStore, MemoryCallEventStore } from './stores/call-event-store.js';
import { MemoryLimiterFactory } from './rate-limit/memory-sliding-window.js';
import type { LimiterFactory } from './rate-limit/sliding-window-limiter.js';
import { EvictionPolicy } from './redis/eviction-policy.js';
import { RedisCallEventStore } from './stores/redis-call-event-store.js';
import { RedisDuplicateMemory } from './stores/redis-duplicate-store.js';
import { RedisIdempotencyStore } from './stores/redis-idempotency-store.js';
import { RedisNonceStore } from './stores/redis-nonce-store.js';
import { RedisLimiterFactory } from './rate-limit/redis-limiter-factory.js';
import { RedisConnection } from './redis/redis-connection.js';

/** What a backend remembers of callbacks and calls: in this process, or in a Redis its instances share. */
@Injectable()
export class SharedState implements OnApplicationShutdown {
  private constructor(
    readonly duplicates: DuplicateMemory,
    readonly nonces: NonceStore,
    readonly calls: CallEventStore,
    readonly limiters: LimiterFactory,
    readonly idempotency: IdempotencyStore,
    private readonly links: readonly RedisConnection[],
    /** What Redis does when its memory is full; `undefined` without a Redis. */
    readonly eviction?: EvictionPolicy,
  ) {}

  static async open(options: ResolvedZimCallOptions, runtime: ZimRuntime): Promise<SharedState> {
    const { appId, redisUrl, callbacks, rateLimit, idempotencyLifeMs } = options;
    const duplicates = new LocalDuplicateMemory(runtime);
    const nonces = new LocalNonceStore(runtime);
    const calls = new MemoryCallEventStore(runtime);
    if (redisUrl === undefined) {
      const idempotency = new MemoryIdempotencyStore(
        idempotencyLifeMs,
        options.idempotencyMaxKeys,
        runtime,
      );
      const limiters = new MemoryLimiterFactory(runtime, rateLimit);
      return new SharedState(duplicates, nonces, calls, limiters, idempotency, []);
    }
    const link = await RedisConnection.open(redisUrl(), runtime);
    const eviction = await EvictionPolicy.watch(link);
    if (options.requireNoEviction) refuseEviction(eviction, link);
    // The braces keep an app's keys on one node of a cluster.
    const prefix = `zim-call:{${appId}}:`;
    const limiters = new RedisLimiterFactory(link, prefix, rateLimit, runtime);
    await limiters.announce();
    const idempotency = new RedisIdempotencyStore(link, `${prefix}call:`, idempotencyLifeMs);
    if (callbacks === undefined) {
      return new SharedState(duplicates, nonces, calls, limiters, idempotency, [link], eviction);
    }
    const subscriber = await RedisConnection.open(redisUrl(), runtime);
    // Of one address: where the one connection leads elsewhere now, the other must not stay behind.
    link.redis.on('close', () => {
      subscriber.reconnect();
    });
    return new SharedState(
      new RedisDuplicateMemory(link, duplicates, `${prefix}callback:`),
      new RedisNonceStore(link, nonces, `${prefix}nonce:`),
      new RedisCallEventStore(link, subscriber, calls, prefix),
      limiters,
      idempotency,
      [link, subscriber],
      eviction,
    );
  }

  onApplicationShutdown(): void {
    for (const link of this.links) link.close();
  }
}

/** @throws ZimConfigError unless Redis has said that it evicts no keys */
function refuseEviction({ current, problem }: EvictionPolicy, link: RedisConnection): void {
  if (current !== undefined && problem === undefined) return;
  link.close();
  const unread =
    'the maxmemory-policy of Redis cannot be read: Redis does not answer, or allows neither INFO nor CONFIG GET';
  throw new ZimConfigError([`requireNoEviction: ${problem ?? unread}`]);
}

/** Provides {@link SharedState}. */
export const sharedStateProvider = {
  provide: SharedState,
  inject: [RESOLVED_ZIM_CALL_OPTIONS, ZIM_RUNTIME],
  useFactory: (options: ResolvedZimCallOptions, runtime: ZimRuntime): Promise<SharedState> =>
    SharedState.open(options, runtime),
};
