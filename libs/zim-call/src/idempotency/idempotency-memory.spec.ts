import { ManualRuntime } from '../testing/manual-runtime.js';
import { LocalIdempotencyMemory } from './idempotency-memory.js';

describe('LocalIdempotencyMemory', () => {
  it('forgets the oldest of more keys than it holds', async () => {
    const memory = new LocalIdempotencyMemory(60_000, new ManualRuntime());
    for (let i = 0; i <= 50_000; i++) await memory.claim(String(i), 'call');
    expect(await memory.claim('50000', 'call')).toEqual({ state: 'running' });
    expect(await memory.claim('0', 'call')).toEqual({ state: 'new' });
  });
});
