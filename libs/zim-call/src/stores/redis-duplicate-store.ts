import { type DuplicateClaim, type DuplicateMemory, duplicateMemoryMs } from './duplicate-store.js';
import type { RedisConnection } from '../redis/redis-connection.js';

/**
 * An instance that dies while it handles a callback holds its claim no longer than this: shorter than ZIM's
 * last wait (32 s), so that the last delivery at the latest is handled by another.
 */
const claimMs = 25_000;

/** A key holds the token of its claim, then `done`. Whoever else claimed it meanwhile decides about it alone. */
const settleSource = `
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[1] then redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2]) end
`;

const releaseSource = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

/** For all instances of a backend; for this one alone while Redis is away. */
export class RedisDuplicateMemory implements DuplicateMemory {
  constructor(
    private readonly link: RedisConnection,
    private readonly local: DuplicateMemory,
    private readonly prefix: string,
  ) {}

  async claim(key: string): Promise<DuplicateClaim> {
    const here = await this.local.claim(key);
    if (here.state !== 'new') return here;
    const { token } = here;
    const state = await this.link.ask<'new' | 'done' | 'busy'>(
      async (redis) => {
        // Two commands, for NX together with GET needs Redis 7.
        const claimed = await redis.set(this.prefix + key, token, 'PX', claimMs, 'NX');
        if (claimed === 'OK') return 'new';
        const before = await redis.get(this.prefix + key);
        return before === 'done' ? 'done' : 'busy';
      },
      () => 'new',
    );
    if (state === 'new') return here;
    if (state === 'done') await this.local.settle(key, token, duplicateMemoryMs);
    else await this.local.release(key, token);
    return { state };
  }

  async settle(key: string, token: string, knownMs: number): Promise<void> {
    await this.local.settle(key, token, knownMs);
    await this.run(settleSource, key, token, knownMs);
  }

  async release(key: string, token: string): Promise<void> {
    await this.local.release(key, token);
    await this.run(releaseSource, key, token);
  }

  private async run(source: string, key: string, ...args: (string | number)[]): Promise<void> {
    await this.link.ask<unknown>(
      (redis) => redis.eval(source, 1, this.prefix + key, ...args),
      () => undefined,
    );
  }
}
