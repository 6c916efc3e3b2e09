import { Logger } from '@nestjs/common';
import type { RedisClient, RedisConnection } from './redis-connection.js';

export interface EvictionStatus {
  readonly policy?: string;
  /** What is wrong with the policy and what to do, if Redis may evict keys. */
  readonly problem?: string;
}

export const EVICTION_STATUS = Symbol('EVICTION_STATUS');

const noEviction = 'noeviction';

/**
 * Reads the `maxmemory-policy` of the Redis, and reads it again after each reconnect: another server may answer then.
 * A Redis that evicts keys loses idempotency keys before their time, and no instance can notice it when such a key
 * comes again.
 * @returns the status, kept up to date
 * See https://redis.io/docs/latest/develop/reference/eviction/
 */
export async function watchEviction(connection: RedisConnection): Promise<EvictionStatus> {
  const logger = new Logger('ZimRedis');
  const status: { policy?: string; problem?: string } = {};
  const read = async () => {
    const policy = await connection.ask(readPolicy);
    if (policy === undefined || policy === status.policy) return;
    status.policy = policy;
    status.problem = undefined;
    if (policy === noEviction) return;
    status.problem = `Redis evicts keys when its memory is full (maxmemory-policy ${policy}): idempotency keys can be lost early, and phones can ring twice. Set maxmemory-policy to ${noEviction}`;
    logger.error(status.problem);
  };
  await read();
  connection.redis.on('ready', () => void read());
  return status;
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
