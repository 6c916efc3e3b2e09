import { resolveZimCallOptions } from '../config/resolve-options.js';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { failureOf } from '../testing/scripted-zim.js';
import type { IdempotencyClaim, IdempotencyStore, WantedKey } from './idempotency-store.js';
import { IdempotencyService } from './idempotency.service.js';

describe('a store that does not answer', () => {
  const given = (answer: Promise<IdempotencyClaim>) => {
    const runtime = new ManualRuntime();
    const claimed: WantedKey[] = [];
    const released: WantedKey[] = [];
    const store: IdempotencyStore = {
      claim: (wanted) => {
        claimed.push(wanted);
        return answer;
      },
      settle: () => new Promise(() => undefined),
      release: (key) => Promise.resolve(void released.push(key)),
      tokenOf: () => Promise.resolve(undefined),
    };
    const resolved = resolveZimCallOptions({ appId: 1, serverSecret: 'secret' });
    const idempotency = new IdempotencyService(store, resolved, runtime);
    const run = (deadlineMs = 50) =>
      idempotency.once({
        action: 'CallInvite',
        key: 'order-17',
        body: {},
        deadlineMs,
        make: () => Promise.resolve('made'),
        revive: () => undefined,
        recover: (error) => Promise.reject(error),
      });
    return { run, runtime, claimed, released };
  };

  it('sends nothing without an answer to its claim, and releases a claim that succeeds too late', async () => {
    let answer: (claim: IdempotencyClaim) => void = () => undefined;
    const { run, runtime, claimed, released } = given(new Promise((resolve) => (answer = resolve)));
    const call = failureOf(run());
    runtime.advance(50);
    expect(await call).toMatchObject({ kind: 'timeout', outcome: 'not-sent' });
    answer({ state: 'new' });
    await new Promise(setImmediate);
    expect(released).toHaveLength(1);
    expect(released).toEqual(claimed);
  });

  it('is asked by one of many calls at a time, and by the next when the deadline of the first stops', async () => {
    const { run, runtime, claimed } = given(Promise.resolve({ state: 'running' }));
    const calls = [
      failureOf(run(250)),
      ...Array.from({ length: 999 }, () => failureOf(run(10_000))),
    ];
    for (let i = 0; i < 9; i++) {
      await new Promise(setImmediate);
      runtime.advance(50);
    }
    // At 0, 100 and 200 ms for the first; then at once, at 350 and at 450 ms, for the second.
    expect(claimed).toHaveLength(5);
    runtime.advance(10_000);
    const ends = await Promise.all(calls);
    expect(ends.every(({ kind, outcome }) => kind === 'timeout' && outcome === 'unknown')).toBe(
      true,
    );
  });

  it('does not keep a call from returning its result at the deadline', async () => {
    const { run, runtime } = given(Promise.resolve({ state: 'new' }));
    const call = run();
    await new Promise(setImmediate);
    runtime.advance(50);
    expect(await call).toBe('made');
  });
});
