import { ManualRuntime } from '../testing/manual-runtime.js';
import { type CallbackClaim, callbackLifeMs, MemoryCallbackStore } from './callback-store.js';

/** The token of a claim that must be new. */
function tokenOf(claim: CallbackClaim): string {
  if (claim.state !== 'new') throw new Error(`the claim is ${claim.state}`);
  return claim.token;
}

describe('MemoryCallbackStore, of two claims of which the first has run out', () => {
  const given = async () => {
    const runtime = new ManualRuntime();
    const memory = new MemoryCallbackStore(runtime);
    const slow = tokenOf(await memory.claim('key'));
    runtime.advance(callbackLifeMs + 1);
    return { memory, slow, second: tokenOf(await memory.claim('key')) };
  };

  it('lets the first neither release nor settle what the second holds', async () => {
    const { memory, slow, second } = await given();
    await memory.release('key', slow);
    expect(await memory.claim('key')).toEqual({ state: 'busy' });
    await memory.settle('key', slow, 1_000);
    expect(await memory.claim('key')).toEqual({ state: 'busy' });
    await memory.release('key', second);
    expect((await memory.claim('key')).state).toBe('new');
  });

  it('keeps what the second has handled when the first fails', async () => {
    const { memory, slow, second } = await given();
    await memory.settle('key', second, 1_000);
    await memory.release('key', slow);
    expect(await memory.claim('key')).toEqual({ state: 'done' });
  });
});
