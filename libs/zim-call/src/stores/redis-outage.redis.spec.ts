import { Logger } from '@nestjs/common';
import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import { MemoryCallbackStore } from './callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { MemoryCallEventStore } from './call-event-store.js';
import { RedisCallEventStore } from './redis-call-event-store.js';
import { RedisCallbackStore } from './redis-callback-store.js';
import { useRedis } from '../testing/use-redis.js';

const redis = useRedis();

async function storeAt(url?: string): Promise<RedisCallEventStore> {
  const [link, subscriber] = [await redis.open(url), await redis.open(url)];
  return new RedisCallEventStore(
    link,
    subscriber,
    new MemoryCallEventStore(systemRuntime),
    'test:',
  );
}

/** Resolves when the store reports that this call changed; without an id, that any call may have. */
function change(store: RedisCallEventStore, callId?: string): Promise<void> {
  return new Promise((resolve) => {
    const stop = store.onChange((changed) => {
      if (changed !== callId) return;
      stop();
      resolve();
    });
  });
}

const event = { type: 'accepted', userIds: ['bob'], at: new Date(0) } as const;

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('events of calls', () => {
  it('are shared as soon as an instance that was cut off is connected again', async () => {
    const [cutOff, other] = [await storeAt(redis.proxyUrl), await storeAt()];
    redis.proxy.cut();
    await cutOff.append('call', event);
    expect(await other.load('call')).toEqual([]);
    const changed = change(other, 'call');
    redis.proxy.restore();
    await changed;
    expect(await other.load('call')).toEqual([event]);
  });

  it('are shared later if Redis answers too late, although the connection stays', async () => {
    const [slow, other] = [await storeAt(), await storeAt()];
    const admin = await redis.open();
    await admin.redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    await slow.append('slow-call', event);
    expect(await slow.flush()).toBe(false);
    await admin.redis.call('CLIENT', 'UNPAUSE');
    expect(await slow.flush()).toBe(true);
    // Redis has taken each attempt by now.
    expect(await other.load('slow-call')).toEqual([event]);
    expect(await slow.load('slow-call')).toEqual([event]);
  });

  it('are not sent one by one while Redis does not answer', async () => {
    const store = await storeAt(redis.proxyUrl);
    const admin = await redis.open();
    const transactions = () => redis.proxy.sent.join('').match(/\r\nmulti\r\n/gi)?.length ?? 0;
    const before = transactions();
    await admin.redis.call('CLIENT', 'PAUSE', '60000', 'WRITE');
    const calls = Array.from({ length: 20 }, (_, index) => `waiting-call-${index}`);
    await Promise.all(calls.map((callId) => store.append(callId, event)));
    await admin.redis.call('CLIENT', 'UNPAUSE');
    expect(transactions() - before).toBeLessThanOrEqual(2);
    expect(await store.flush()).toBe(true);
    const other = await storeAt();
    for (const callId of calls) expect(await other.load(callId)).toEqual([event]);
  });

  it('are subscribed to once after a reconnect: by the store, not by ioredis, whose failure would go unhandled', async () => {
    const subscriber = await redis.open(redis.proxyUrl);
    const local = new MemoryCallEventStore(systemRuntime);
    const store = new RedisCallEventStore(await redis.open(), subscriber, local, 'test:');
    await change(store);
    const back = change(store);
    redis.proxy.cut();
    redis.proxy.restore();
    await back;
    expect(redis.proxy.sent.at(-1)?.match(/\r\nsubscribe\r\n/gi)).toHaveLength(1);
  });
});

describe('the claim of a callback', () => {
  it('by an instance that died expires before ZIM delivers for the last time', async () => {
    const link = await redis.open();
    const local = new MemoryCallbackStore(systemRuntime);
    const claim = await new RedisCallbackStore(link, local, 'test:').claim('key');
    expect(claim.state).toBe('new');
    const lastWaitMs = (zimCallbackRetryDelaysSeconds.at(-1) ?? 0) * 1000;
    expect(await link.redis.pttl('test:callback:key')).toBeLessThan(lastWaitMs);
  });
});
