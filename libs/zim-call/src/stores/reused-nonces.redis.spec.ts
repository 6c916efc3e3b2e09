import { Logger } from '@nestjs/common';
import { MemoryCallbackStore } from './callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { RedisCallbackStore } from './redis-callback-store.js';
import { useRedis } from '../testing/use-redis.js';

const redis = useRedis();

/** The store of one instance of a backend. */
async function instance(url?: string): Promise<RedisCallbackStore> {
  const link = await redis.open(url);
  return new RedisCallbackStore(link, new MemoryCallbackStore(systemRuntime), 'test:');
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('the content that first came with a nonce', () => {
  it('is known to every instance for as long as the signature is accepted', async () => {
    const [one, other] = [await instance(), await instance()];
    expect(await one.firstContent('nonce', 'seen', 60_000)).toBe('seen');
    expect(await other.firstContent('nonce', 'forged', 60_000)).toBe('seen');
    expect(await other.firstContent('nonce', 'seen', 60_000)).toBe('seen');
    const leftMs = (await redis.links[0]?.redis.pttl('test:nonce:nonce')) ?? 0;
    expect(leftMs).toBeGreaterThan(0);
    expect(leftMs).toBeLessThanOrEqual(60_000);
  });

  it('is what the instance itself has seen first while Redis is unavailable', async () => {
    const [one, cutOff] = [await instance(), await instance(redis.proxyUrl)];
    await one.firstContent('elsewhere', 'seen', 60_000);
    await cutOff.firstContent('here', 'seen', 60_000);
    redis.proxy.cut();
    expect(await cutOff.firstContent('elsewhere', 'other', 60_000)).toBe('other');
    expect(await cutOff.firstContent('here', 'other', 60_000)).toBe('seen');
  });
});
