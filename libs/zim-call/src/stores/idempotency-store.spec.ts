import { Logger } from '@nestjs/common';
import { ManualRuntime } from '../testing/manual-runtime.js';
import { RecordingLogger } from '../testing/recording-logger.js';
import { MemoryIdempotencyStore } from './idempotency-store.js';

const wanted = (key: string, token = 'mine') => ({ key, fingerprint: 'call', token });

describe('MemoryIdempotencyStore', () => {
  const logger = new RecordingLogger();
  const warnings = () => logger.of('ZimIdempotency').map((line) => line.slice(0, 60));

  beforeEach(() => {
    logger.lines.length = 0;
    Logger.overrideLogger(logger);
  });
  afterAll(() => {
    Logger.overrideLogger(undefined as never);
  });

  it('takes no new key when it is full, keeps the known ones, and says when it takes one again', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 100, runtime);
    for (let i = 0; i < 100; i++) {
      await store.claim(wanted(String(i)), 1);
      await store.settle(wanted(String(i)), 'end');
      runtime.advance(100);
    }
    expect(await store.claim(wanted('new'), 1)).toEqual({ state: 'full', retryAfterMs: 50_000 });
    expect(await store.claim(wanted('0'), 1)).toEqual({ state: 'ended', result: 'end' });
    runtime.advance(49_999);
    expect((await store.claim(wanted('new'), 1)).state).toBe('full');
    runtime.advance(1);
    expect(await store.claim(wanted('new'), 1)).toEqual({ state: 'new' });
  });

  it('is full of calls under way only until they end or expire', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 2, runtime);
    await store.claim(wanted('long'), 300_000);
    await store.claim(wanted('short'), 1);
    expect((await store.claim(wanted('new'), 1)).state).toBe('full');
    await store.release(wanted('short'));
    expect((await store.claim(wanted('new'), 1)).state).toBe('new');
    runtime.advance(60_000);
    expect((await store.claim(wanted('next'), 1)).state).toBe('new');
    expect((await store.claim(wanted('long'), 1)).state).toBe('running');
  });

  it('warns once when it is four fifths full, and again only after it has emptied', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 10, runtime);
    const fill = async (keys: number) => {
      for (let i = 0; i < keys; i++) await store.claim(wanted(String(i)), 1);
    };
    const end = async (keys: number) => {
      for (let i = 0; i < keys; i++) await store.settle(wanted(String(i)), 'end');
    };
    await fill(7);
    expect(warnings()).toEqual([]);
    await fill(10);
    expect(warnings()).toEqual([expect.stringContaining('8 of at most 10 idempotency keys')]);
    await end(10);
    runtime.advance(60_000);
    await fill(8);
    expect(warnings()).toHaveLength(2);
  });

  it.each([
    [true, 1],
    [false, 0],
  ])(
    'warns at the first key, and only in production, that a restart loses keys: production %j',
    async (production, times) => {
      const runtime = new ManualRuntime();
      runtime.production = production;
      const store = new MemoryIdempotencyStore(60_000, 100, runtime);
      expect(warnings()).toEqual([]);
      await store.claim(wanted('a'), 1);
      await store.claim(wanted('b'), 1);
      expect(warnings()).toHaveLength(times);
      expect(logger.lines.join()).toMatch(production ? /Set redisUrl/ : /^$/);
    },
  );

  it('does not let an expired claim settle or release the key of another claim', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 100, runtime);
    await store.claim(wanted('key', 'slow'), 1);
    runtime.advance(60_000);
    await store.claim(wanted('key', 'second'), 1);
    await store.settle(wanted('key', 'slow'), 'result of the slow claim');
    await store.release(wanted('key', 'slow'));
    expect(await store.claim(wanted('key'), 1)).toEqual({ state: 'running' });
    await store.settle(wanted('key', 'second'), 'result of the second claim');
    await store.settle(wanted('key', 'slow'), 'result of the slow claim');
    await store.release(wanted('key', 'slow'));
    expect(await store.claim(wanted('key'), 1)).toEqual({
      state: 'ended',
      result: 'result of the second claim',
    });
  });

  it('keeps a key for as long as its call may be under way, and others for their life', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 100, runtime);
    await store.claim(wanted('long'), 300_000);
    await store.claim(wanted('short'), 1);
    runtime.advance(299_999);
    expect(await store.claim(wanted('long'), 300_000)).toEqual({ state: 'running' });
    expect(await store.claim(wanted('short'), 1)).toEqual({ state: 'new' });
  });

  it('does not let an expired claim release a key that was claimed again', async () => {
    const runtime = new ManualRuntime();
    const store = new MemoryIdempotencyStore(60_000, 100, runtime);
    await store.claim(wanted('key', 'expired'), 1);
    runtime.advance(60_000);
    expect(await store.claim(wanted('key'), 1)).toEqual({ state: 'new' });
    await store.release(wanted('key', 'expired'));
    expect(await store.claim(wanted('key'), 1)).toEqual({ state: 'running' });
    await store.release(wanted('key'));
    expect(await store.claim(wanted('key'), 1)).toEqual({ state: 'new' });
  });
});
