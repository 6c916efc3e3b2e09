import { Logger } from '@nestjs/common';
import { MemoryCallbackStore } from './callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisCallbackStore } from './redis-callback-store.js';
import { RedisServer } from '../../../../test/support/redis-server.js';
import { TcpProxy } from '../../../../test/support/tcp-proxy.js';

let redis: RedisServer;
let proxy: TcpProxy;
let links: RedisConnection[];

/** The store of one instance of a backend. */
async function instance(url = redis.url): Promise<RedisCallbackStore> {
  const link = await RedisConnection.open(url);
  links.push(link);
  return new RedisCallbackStore(link, new MemoryCallbackStore(systemRuntime), 'test:');
}

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

describe('the content that first came with a nonce', () => {
  it('is known to every instance for as long as the signature is accepted', async () => {
    const [one, other] = [await instance(), await instance()];
    expect(await one.firstContent('nonce', 'seen', 60_000)).toBe('seen');
    expect(await other.firstContent('nonce', 'forged', 60_000)).toBe('seen');
    expect(await other.firstContent('nonce', 'seen', 60_000)).toBe('seen');
    const leftMs = (await links[0]?.redis.pttl('test:nonce:nonce')) ?? 0;
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });

  it('is what the instance itself has seen first while Redis is unavailable', async () => {
    const [one, cutOff] = [await instance(), await instance(`redis://127.0.0.1:${proxy.port}`)];
    await one.firstContent('elsewhere', 'seen', 60_000);
    await cutOff.firstContent('here', 'seen', 60_000);
    proxy.cut();
    expect(await cutOff.firstContent('elsewhere', 'other', 60_000)).toBe('other');
    expect(await cutOff.firstContent('here', 'other', 60_000)).toBe('seen');
  });
});
