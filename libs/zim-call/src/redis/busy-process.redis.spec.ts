import { Redis } from 'ioredis';
import { once } from 'node:events';
import { MemoryCallbackStore } from '../stores/callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { MemoryCallEventStore } from '../stores/call-event-store.js';
import { RedisCallEventStore } from '../stores/redis-call-event-store.js';
import { RedisCallbackStore } from '../stores/redis-callback-store.js';
import { RedisIdempotencyStore } from '../stores/redis-idempotency-store.js';
import { RedisLimiterClient } from '../rate-limit/redis-limiter-client.js';
import { useRedis } from '../testing/use-redis.js';

const event = { type: 'accepted', userIds: ['bob'], at: new Date(0) } as const;
const redis = useRedis();

/** Longer than any command may take. */
function standStill(): void {
  const untilMs = systemRuntime.monotonicMs() + 700;
  while (systemRuntime.monotonicMs() < untilMs);
}

/** Stands still when the first command has been sent and nothing was read. */
async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const done = work();
  for (let times = 0; times < 10; times++) await Promise.resolve();
  standStill();
  return done;
}

describe('a process that stands still while Redis answers', () => {
  it('does not run the handlers of a callback that another instance has handled', async () => {
    const instance = async () =>
      new RedisCallbackStore(await redis.open(), new MemoryCallbackStore(systemRuntime), 'busy:');
    const [busy, other] = [await instance(), await instance()];
    const claim = await other.claim('key');
    if (claim.state === 'new') await other.settle('key', claim.token, 60_000);
    expect(await whileBusy(() => busy.claim('key'))).toEqual({ state: 'done' });
  });

  it('claims an idempotency key', async () => {
    const memory = new RedisIdempotencyStore(await redis.open(), 'busy-call:', 60_000);
    const wanted = { key: 'key', fingerprint: 'call', token: 'mine' };
    expect(await whileBusy(() => memory.claim(wanted, 60_000))).toEqual({ state: 'new' });
    expect(await memory.claim(wanted, 60_000)).toEqual({ state: 'running' });
  });

  it('learns what others know of a call', async () => {
    const instance = async () =>
      new RedisCallEventStore(
        await redis.open(),
        await redis.open(),
        new MemoryCallEventStore(systemRuntime),
        'busy:',
      );
    const [busy, other] = [await instance(), await instance()];
    await other.append('call', event);
    expect(await whileBusy(() => busy.load('call'))).toEqual([event]);
  });

  it('finds Redis available', async () => {
    const client = new RedisLimiterClient(await redis.open(), systemRuntime, 'busy');
    const keys = ['slots', 'window', 'instances'];
    expect((await whileBusy(() => client.run('probe', keys))).kind).toBe('reached');
  });

  it('gets its connection', async () => {
    const link = await redis.open();
    const connected = new Promise((resolve) => {
      link.redis.once('connect', resolve);
    });
    const closings: string[] = [];
    link.redis.disconnect(true);
    await connected;
    link.redis.on('close', () => closings.push('closed'));
    standStill();
    standStill();
    await once(link.redis, 'ready');
    expect(closings).toEqual([]);
  });
});

describe('a Redis that stands still', () => {
  it('is waited for half a second, and a connection to it for a whole one', async () => {
    const link = await redis.open();
    const admin = new Redis(redis.server.url);
    await admin.call('CLIENT', 'PAUSE', '2500');
    const startMs = systemRuntime.monotonicMs();
    await expect(link.run((client) => client.get('key'))).rejects.toThrow('no answer within 500');
    expect(systemRuntime.monotonicMs() - startMs).toBeGreaterThan(490);
    link.redis.disconnect(true);
    await once(link.redis, 'connect');
    await once(link.redis, 'close');
    expect(systemRuntime.monotonicMs() - startMs).toBeLessThan(2_400);
    await once(link.redis, 'ready');
    admin.disconnect();
  });
});
