import type { NonceStore } from './nonce-store.js';
import type { RedisConnection } from '../redis/redis-connection.js';

/** For all instances of a backend; for this one alone while Redis is unavailable. */
export class RedisNonceStore implements NonceStore {
  constructor(
    private readonly link: RedisConnection,
    private readonly local: NonceStore,
    private readonly prefix: string,
  ) {}

  async firstContent(nonce: string, content: string, lifeMs: number): Promise<string> {
    const shared = await this.link.ask<string | undefined>(
      async (redis) => {
        // Two commands, for NX together with GET needs Redis 7.
        const stored = await redis.set(this.prefix + nonce, content, 'PX', lifeMs, 'NX');
        if (stored === 'OK') return content;
        return (await redis.get(this.prefix + nonce)) ?? content;
      },
      () => undefined,
    );
    // Not the other way round: the first to come here may be a forgery that Redis knows for one.
    const here = await this.local.firstContent(nonce, shared ?? content, lifeMs);
    return shared ?? here;
  }
}
