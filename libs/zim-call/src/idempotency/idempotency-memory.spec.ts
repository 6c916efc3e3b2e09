import { ManualRuntime } from '../testing/manual-runtime.js';
import { LocalIdempotencyMemory } from './idempotency-memory.js';
import { tokenOf } from '../testing/token-of.js';

describe('LocalIdempotencyMemory', () => {
  it('forgets the oldest of more keys than it holds, and only then', async () => {
    const memory = new LocalIdempotencyMemory(60_000, new ManualRuntime());
    for (let i = 0; i < 50_000; i++) await memory.claim(String(i), 'call', 1);
    expect(await memory.claim('0', 'call', 1)).toEqual({ state: 'running' });
    expect(await memory.claim('50000', 'call', 1)).toMatchObject({ state: 'new' });
    expect(await memory.claim('50000', 'call', 1)).toEqual({ state: 'running' });
    expect(await memory.claim('0', 'call', 1)).toMatchObject({ state: 'new' });
  });

  it('forgets no key whose call may be under way, and others after their life', async () => {
    const runtime = new ManualRuntime();
    const memory = new LocalIdempotencyMemory(60_000, runtime);
    await memory.claim('long', 'call', 300_000);
    await memory.claim('short', 'call', 1);
    runtime.advance(299_999);
    expect(await memory.claim('long', 'call', 300_000)).toEqual({ state: 'running' });
    expect(await memory.claim('short', 'call', 1)).toMatchObject({ state: 'new' });
  });

  it('is released by the token of its claim alone', async () => {
    const runtime = new ManualRuntime();
    const memory = new LocalIdempotencyMemory(60_000, runtime);
    const forgotten = await memory.claim('key', 'call', 1);
    runtime.advance(60_000);
    const claim = await memory.claim('key', 'call', 1);
    await memory.release('key', tokenOf(forgotten));
    expect(await memory.claim('key', 'call', 1)).toEqual({ state: 'running' });
    await memory.release('key', tokenOf(claim));
    expect(await memory.claim('key', 'call', 1)).toMatchObject({ state: 'new' });
  });
});
