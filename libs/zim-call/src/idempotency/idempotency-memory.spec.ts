import { ManualRuntime } from '../testing/manual-runtime.js';
import { LocalIdempotencyMemory } from './idempotency-memory.js';

const wanted = (key: string, token = 'mine') => ({ key, fingerprint: 'call', token });

describe('LocalIdempotencyMemory', () => {
  it('forgets the oldest of more keys than it holds, and only then', async () => {
    const memory = new LocalIdempotencyMemory(60_000, new ManualRuntime());
    for (let i = 0; i < 50_000; i++) await memory.claim(wanted(String(i)), 1);
    expect(await memory.claim(wanted('0'), 1)).toEqual({ state: 'running' });
    expect(await memory.claim(wanted('50000'), 1)).toEqual({ state: 'new' });
    expect(await memory.claim(wanted('50000'), 1)).toEqual({ state: 'running' });
    expect(await memory.claim(wanted('0'), 1)).toEqual({ state: 'new' });
  });

  it('forgets no key whose call may be under way, and others after their life', async () => {
    const runtime = new ManualRuntime();
    const memory = new LocalIdempotencyMemory(60_000, runtime);
    await memory.claim(wanted('long'), 300_000);
    await memory.claim(wanted('short'), 1);
    runtime.advance(299_999);
    expect(await memory.claim(wanted('long'), 300_000)).toEqual({ state: 'running' });
    expect(await memory.claim(wanted('short'), 1)).toEqual({ state: 'new' });
  });

  it('leaves a key to who has claimed it since', async () => {
    const runtime = new ManualRuntime();
    const memory = new LocalIdempotencyMemory(60_000, runtime);
    await memory.claim(wanted('key', 'forgotten'), 1);
    runtime.advance(60_000);
    expect(await memory.claim(wanted('key'), 1)).toEqual({ state: 'new' });
    await memory.release(wanted('key', 'forgotten'));
    expect(await memory.claim(wanted('key'), 1)).toEqual({ state: 'running' });
    await memory.release(wanted('key'));
    expect(await memory.claim(wanted('key'), 1)).toEqual({ state: 'new' });
  });
});
