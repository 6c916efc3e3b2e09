import type { Provider } from '@nestjs/common';
import { RESOLVED_OPTIONS, type ResolvedOptions } from './config/zim-call-options.js';
import { ZimConfigError } from './errors/errors.js';
import { memoryLimiters } from './rate-limit/memory-sliding-window.js';
import { RedisLimiterFactory } from './rate-limit/redis-limiter-factory.js';
import { LIMITER_FACTORY, type LimiterFactory } from './rate-limit/sliding-window-limiter.js';
import { EVICTION_STATUS, type EvictionStatus, watchEviction } from './redis/eviction-policy.js';
import { RedisConnection } from './redis/redis-connection.js';
import {
  CALL_EVENT_STORE,
  type CallEventStore,
  MemoryCallEventStore,
} from './stores/call-event-store.js';
import {
  CALLBACK_STORE,
  type CallbackStore,
  MemoryCallbackStore,
} from './stores/callback-store.js';
import {
  IDEMPOTENCY_STORE,
  type IdempotencyStore,
  MemoryIdempotencyStore,
} from './stores/idempotency-store.js';
import { RedisCallEventStore } from './stores/redis-call-event-store.js';
import { RedisCallbackStore } from './stores/redis-callback-store.js';
import { RedisIdempotencyStore } from './stores/redis-idempotency-store.js';
import { ZIM_RUNTIME, type ZimRuntime } from './time/runtime.js';

/** The stores and the quota of a module: in memory, or in a Redis that the instances of a backend share. */
interface SharedState {
  readonly callbacks: CallbackStore;
  readonly callEvents: CallEventStore;
  readonly idempotency: IdempotencyStore;
  readonly limiters: LimiterFactory;
  readonly eviction?: EvictionStatus;
  /** Called by Nest. */
  readonly onApplicationShutdown: () => void;
}

const SHARED_STATE = Symbol('SHARED_STATE');

export async function openSharedState(
  options: ResolvedOptions,
  runtime: ZimRuntime,
): Promise<SharedState> {
  const { appId, redisUrl, rateLimit, idempotencyLifeMs, idempotencyMaxKeys } = options;
  const callbacks = new MemoryCallbackStore(runtime);
  const callEvents = new MemoryCallEventStore(runtime);
  if (redisUrl === undefined) {
    return {
      callbacks,
      callEvents,
      idempotency: new MemoryIdempotencyStore(idempotencyLifeMs, idempotencyMaxKeys, runtime),
      limiters: memoryLimiters(runtime, rateLimit),
      onApplicationShutdown: () => undefined,
    };
  }
  const connection = await RedisConnection.open(redisUrl(), runtime);
  const eviction = await watchEviction(connection);
  if (options.requireNoEviction) refuseEviction(eviction, connection);
  // The braces keep an app's keys on one node of a cluster.
  const prefix = `zim-call:{${appId}}:`;
  const limiters = new RedisLimiterFactory(connection, prefix, rateLimit, runtime);
  await limiters.announce();
  const idempotency = new RedisIdempotencyStore(connection, `${prefix}call:`, idempotencyLifeMs);
  const parts = { callbacks, callEvents, idempotency, limiters, eviction };
  const close = connection.close.bind(connection);
  if (!options.storesCallEvents) return { ...parts, onApplicationShutdown: close };
  const subscriber = await RedisConnection.open(redisUrl(), runtime);
  // When one connection moves to another server behind the address, the other must follow.
  connection.redis.on('close', () => {
    subscriber.reconnect();
  });
  return {
    ...parts,
    callbacks: new RedisCallbackStore(connection, callbacks, prefix),
    callEvents: new RedisCallEventStore(connection, subscriber, callEvents, prefix),
    onApplicationShutdown: () => {
      close();
      subscriber.close();
    },
  };
}

/** @throws ZimConfigError unless Redis has said that it evicts no keys */
function refuseEviction({ policy, problem }: EvictionStatus, connection: RedisConnection): void {
  if (policy !== undefined && problem === undefined) return;
  connection.close();
  const unread =
    'the maxmemory-policy of Redis cannot be read: Redis does not answer, or allows neither INFO nor CONFIG GET';
  throw new ZimConfigError([`requireNoEviction: ${problem ?? unread}`]);
}

function part(provide: symbol, name: keyof SharedState): Provider {
  return { provide, inject: [SHARED_STATE], useFactory: (state: SharedState) => state[name] };
}

export const sharedStateProviders: Provider[] = [
  {
    provide: SHARED_STATE,
    inject: [RESOLVED_OPTIONS, ZIM_RUNTIME],
    useFactory: openSharedState,
  },
  part(CALLBACK_STORE, 'callbacks'),
  part(CALL_EVENT_STORE, 'callEvents'),
  part(IDEMPOTENCY_STORE, 'idempotency'),
  part(LIMITER_FACTORY, 'limiters'),
  part(EVICTION_STATUS, 'eviction'),
];
