import { resolveZimCallOptions } from '../options/resolve-options.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { failureOf } from '../testing/scripted-zim.js';
import type { IdempotencyClaim, IdempotencyMemory } from './idempotency-memory.js';
import { IdempotentCalls } from './idempotent-calls.js';

describe('a memory that does not answer', () => {
  const given = (answer: Promise<IdempotencyClaim>) => {
    const runtime = new ManualRuntime(0);
    const released: string[] = [];
    const memory: IdempotencyMemory = {
      claim: () => answer,
      settle: () => new Promise(() => undefined),
      release: (_key, token) => Promise.resolve(void released.push(token)),
    };
    const resolved = resolveZimCallOptions({ appId: 1, serverSecret: 'secret' });
    const run = () =>
      new IdempotentCalls(memory, resolved, runtime).run({
        action: 'CallInvite',
        key: 'order-17',
        body: {},
        deadlineMs: 50,
        make: () => Promise.resolve('made'),
        revive: () => undefined,
      });
    return { run, runtime, released };
  };

  it('to a claim: nothing was sent, and a claim that comes too late is given back', async () => {
    let answer: (claim: IdempotencyClaim) => void = () => undefined;
    const { run, runtime, released } = given(new Promise((resolve) => (answer = resolve)));
    const call = failureOf(run());
    runtime.advance(50);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'not-sent' });
    answer({ state: 'new', token: 'mine' });
    await new Promise(setImmediate);
    expect(released).toEqual(['mine']);
  });

  it('to the end of a call: its result is told at the deadline', async () => {
    const { run, runtime } = given(Promise.resolve({ state: 'new', token: 'mine' }));
    const call = run();
    await new Promise(setImmediate);
    runtime.advance(50);
    expect(await call).toBe('made');
  });
});
