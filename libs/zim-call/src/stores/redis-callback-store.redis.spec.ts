import { Logger } from '@nestjs/common';
import { type CallbackClaim, MemoryCallbackStore } from './callback-store.js';
import { systemRuntime } from '../time/runtime.js';
import { RedisCallbackStore } from './redis-callback-store.js';
import { useRedis } from '../testing/use-redis.js';

const redis = useRedis();

/** The store of one instance of a backend. */
async function instance(): Promise<RedisCallbackStore> {
  const link = await redis.open();
  return new RedisCallbackStore(link, new MemoryCallbackStore(systemRuntime), 'test:');
}

function tokenOf(claim: CallbackClaim): string {
  if (claim.state !== 'new') throw new Error(`the claim is ${claim.state}`);
  return claim.token;
}

/** An instance whose handler is so slow that its claim has run out, and another that has claimed the callback since. */
async function given() {
  const [slow, other] = [await instance(), await instance()];
  const slowToken = tokenOf(await slow.claim('key'));
  expect(await other.claim('key')).toEqual({ state: 'busy' });
  await redis.links[0]?.redis.pexpire('test:callback:key', 0);
  return { slow, slowToken, other, otherToken: tokenOf(await other.claim('key')) };
}

beforeAll(() => {
  Logger.overrideLogger(false);
});
beforeEach(async () => {
  const admin = await redis.open();
  await admin.redis.flushall();
});

describe('a callback whose handler outlasts its claim', () => {
  it('stays done on every instance when the slow handler fails after another instance has handled it', async () => {
    const { slow, slowToken, other, otherToken } = await given();
    await other.settle('key', otherToken, 60_000);
    await slow.release('key', slowToken);
    expect(await (await instance()).claim('key')).toEqual({ state: 'done' });
  });

  it('stays claimed by another instance that handles it, whatever the slow one does', async () => {
    const { slow, slowToken } = await given();
    await slow.release('key', slowToken);
    await slow.settle('key', slowToken, 60_000);
    expect(await (await instance()).claim('key')).toEqual({ state: 'busy' });
  });

  it('is done if no other instance has claimed it', async () => {
    const slow = await instance();
    const token = tokenOf(await slow.claim('key'));
    await redis.links[0]?.redis.pexpire('test:callback:key', 0);
    await slow.settle('key', token, 60_000);
    expect(await (await instance()).claim('key')).toEqual({ state: 'done' });
  });

  it('can be claimed again after its own claim was released', async () => {
    const slow = await instance();
    await slow.release('key', tokenOf(await slow.claim('key')));
    expect((await (await instance()).claim('key')).state).toBe('new');
  });
});
