import { type DuplicateMemory, duplicateMemoryMs } from '../callbacks/duplicate-memory.js';
import type { RedisLink } from './redis-link.js';

/**
 * An instance that dies while it handles a callback holds its claim no longer than this: shorter than ZIM's
 * last wait (32 s), so that the last delivery at the latest is handled by another.
 */
const claimMs = 25_000;

/** For all instances of a backend; for this one alone while Redis is away. */
export class RedisDuplicateMemory implements DuplicateMemory {
  constructor(
    private readonly link: RedisLink,
    private readonly local: DuplicateMemory,
    private readonly prefix: string,
  ) {}

  async claim(key: string): Promise<'new' | 'done' | 'busy'> {
    const here = await this.local.claim(key);
    if (here !== 'new') return here;
    const there = await this.link.ask<'new' | 'done' | 'busy'>(
      async (redis) => {
        // Two commands, for NX together with GET needs Redis 7.
        const claimed = await redis.set(this.prefix + key, 'busy', 'PX', claimMs, 'NX');
        if (claimed === 'OK') return 'new';
        const before = await redis.get(this.prefix + key);
        return before === 'done' ? 'done' : 'busy';
      },
      () => 'new',
    );
    if (there !== 'new') await this.local.settle(key, there === 'done' ? duplicateMemoryMs : 0);
    return there;
  }

  async settle(key: string, knownMs: number): Promise<void> {
    await this.local.settle(key, knownMs);
    await this.link.ask<unknown>(
      (redis) =>
        knownMs > 0
          ? redis.set(this.prefix + key, 'done', 'PX', knownMs)
          : redis.del(this.prefix + key),
      () => undefined,
    );
  }
}
