import { Logger } from '@nestjs/common';
import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import { MemoryCallbackStore } from './callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { MemoryCallEventStore } from './call-event-store.js';
import { RedisCallEventStore } from './redis-call-event-store.js';
import { RedisCallbackStore } from './redis-callback-store.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

let redis: RedisServer;
let proxy: TcpProxy;
let links: RedisConnection[];

async function open(url: string): Promise<RedisConnection> {
  const link = await RedisConnection.open(url);
  links.push(link);
  return link;
}

async function storeAt(url: string): Promise<RedisCallEventStore> {
  const [link, subscriber] = [await open(url), await open(url)];
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

beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await RedisServer.start();
});
afterAll(() => redis.kill());
beforeEach(async () => {
  links = [];
  proxy = await TcpProxy.start(redis.port);
});
afterEach(async () => {
  for (const link of links) link.close();
  await proxy.stop();
});

describe('events of calls', () => {
  it('are shared as soon as an instance that was cut off is connected again', async () => {
    const [cutOff, other] = [
      await storeAt(`redis://127.0.0.1:${proxy.port}`),
      await storeAt(redis.url),
    ];
    proxy.cut();
    await cutOff.append('call', event);
    expect(await other.load('call')).toEqual([]);
    const changed = change(other, 'call');
    proxy.restore();
    await changed;
    expect(await other.load('call')).toEqual([event]);
  });

  it('are subscribed to once after a reconnect: by the store, not by ioredis, whose failure would go unhandled', async () => {
    const subscriber = await open(`redis://127.0.0.1:${proxy.port}`);
    const local = new MemoryCallEventStore(systemRuntime);
    const store = new RedisCallEventStore(await open(redis.url), subscriber, local, 'test:');
    await change(store);
    const back = change(store);
    proxy.cut();
    proxy.restore();
    await back;
    expect(proxy.sent.at(-1)?.match(/\r\nsubscribe\r\n/gi)).toHaveLength(1);
  });
});

describe('the claim of a callback', () => {
  it('by an instance that died expires before ZIM delivers for the last time', async () => {
    const link = await open(redis.url);
    const local = new MemoryCallbackStore(systemRuntime);
    const claim = await new RedisCallbackStore(link, local, 'test:').claim('key');
    expect(claim.state).toBe('new');
    const lastWaitMs = (zimCallbackRetryDelaysSeconds.at(-1) ?? 0) * 1000;
    expect(await link.redis.pttl('test:callback:key')).toBeLessThan(lastWaitMs);
  });
});
