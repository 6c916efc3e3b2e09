import { Logger } from '@nestjs/common';
import type { RedisClient, RedisConnection } from './redis-connection.js';

const noEviction = 'noeviction';

/**
 * The `maxmemory-policy` of the Redis. A Redis that evicts keys loses idempotency keys before their time, and no
 * instance can notice it when such a key comes again.
 * See https://redis.io/docs/latest/develop/reference/eviction/
 */
export class EvictionPolicy {
  private readonly logger = new Logger('ZimRedis');
  private policy?: string;

  private constructor(private readonly connection: RedisConnection) {}

  /** Reads the policy, and reads it again after each reconnect: another server may answer then. */
  static async watch(connection: RedisConnection): Promise<EvictionPolicy> {
    const watched = new EvictionPolicy(connection);
    await watched.read();
    connection.redis.on('ready', () => void watched.read());
    return watched;
  }

  /** The policy as it was last read; `undefined` until it could be read. */
  get current(): string | undefined {
    return this.policy;
  }

  /** What is wrong with the policy and what to do, if Redis may evict keys. */
  get problem(): string | undefined {
    if (this.policy === undefined || this.policy === noEviction) return undefined;
    return `Redis evicts keys when its memory is full (maxmemory-policy ${this.policy}): idempotency keys can be lost early, and phones can ring twice. Set maxmemory-policy to ${noEviction}`;
  }

  private async read(): Promise<void> {
    const policy = await this.connection.ask(readPolicy);
    if (policy === undefined || policy === this.policy) return;
    this.policy = policy;
    if (this.problem !== undefined) this.logger.error(this.problem);
  }
}

/** Of a cluster, returns the first policy that evicts: one such node is enough to lose keys. */
async function readPolicy(redis: RedisClient): Promise<string | undefined> {
  const nodes = 'nodes' in redis ? redis.nodes('master') : [redis];
  const policies = await Promise.all(nodes.map(readPolicyOf));
  return policies.find((policy) => policy !== noEviction) ?? policies[0];
}

/** Managed Redis servers often forbid CONFIG, and some users INFO. */
async function readPolicyOf(
  redis: Pick<RedisClient, 'info' | 'config'>,
): Promise<string | undefined> {
  const info = await redis.info('memory').catch(() => '');
  const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1];
  if (policy !== undefined) return policy;
  const reply: unknown = await redis.config('GET', 'maxmemory-policy').catch(() => []);
  return Array.isArray(reply) && typeof reply[1] === 'string' ? reply[1] : undefined;
}
