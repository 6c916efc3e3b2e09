import { ManualRuntime } from '../testing/manual-runtime.js';
import { type CallbackClaim, callbackLifeMs, MemoryCallbackStore } from './callback-store.js';

/** Returns the token of a claim that must be new. */
function tokenOf(claim: CallbackClaim): string {
  if (claim.state !== 'new') throw new Error(`the claim is ${claim.state}`);
  return claim.token;
}

describe('MemoryCallbackStore after the first of two claims has expired', () => {
  const given = async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryCallbackStore(runtime);
    const slow = tokenOf(await store.claim('key'));
    runtime.advance(callbackLifeMs + 1);
    return { store, slow, second: tokenOf(await store.claim('key')) };
  };

  it('does not let the first claim release or settle what the second holds', async () => {
    const { store, slow, second } = await given();
    await store.release('key', slow);
    expect(await store.claim('key')).toEqual({ state: 'busy' });
    await store.settle('key', slow, 1_000);
    expect(await store.claim('key')).toEqual({ state: 'busy' });
    await store.release('key', second);
    expect((await store.claim('key')).state).toBe('new');
  });

  it('keeps the callback done that the second claim has handled when the first fails', async () => {
    const { store, slow, second } = await given();
    await store.settle('key', second, 1_000);
    await store.release('key', slow);
    expect(await store.claim('key')).toEqual({ state: 'done' });
  });
});

describe('the contents in a MemoryCallbackStore', () => {
  it('expire, and the oldest are dropped when there are very many', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryCallbackStore(runtime);
    await store.firstContent('short', 'a', 10);
    await store.firstContent('first', 'a', 1_000);
    expect(await store.firstContent('short', 'b', 10)).toBe('a');
    runtime.advance(10);
    expect(await store.firstContent('short', 'b', 10)).toBe('b');
    for (let count = 0; count < 50_001; count++) await store.firstContent(`n${count}`, 'a', 1_000);
    expect(await store.firstContent('first', 'b', 1_000)).toBe('b');
    expect(await store.firstContent('n50000', 'b', 1_000)).toBe('a');
  });
});
