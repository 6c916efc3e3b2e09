import { createHash, randomUUID } from 'node:crypto';
import type { IdempotencyClaim, IdempotencyMemory } from '../idempotency/idempotency-memory.js';
import type { RedisLink } from './redis-link.js';
import { runScript } from './redis-script.js';

/**
 * Takes a key if it is new. A record is the fingerprint, the time (of Redis) when its call will have ended for
 * certain, and the end, if there is one.
 */
const source = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
local before = redis.call('HMGET', KEYS[1], 'fingerprint', 'leaseUntilMs', 'end')
if not before[1] then
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'leaseUntilMs', nowMs + ARGV[2], 'claim', ARGV[4])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'new'}
end
if before[1] ~= ARGV[1] then return {'other'} end
if before[3] then return {'ended', before[3]} end
if nowMs > tonumber(before[2]) then return {'lost'} end
return {'running'}
`;

/** Sets free a key that this very claim has taken. */
const releaseSource = `
if redis.call('HGET', KEYS[1], 'claim') == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

const claimScript = { source, sha1: createHash('sha1').update(source).digest('hex') };

/** For all instances of a backend. While Redis is away, no key can be claimed. */
export class RedisIdempotencyMemory implements IdempotencyMemory {
  constructor(
    private readonly link: RedisLink,
    private readonly prefix: string,
    private readonly lifeMs: number,
  ) {}

  async claim(key: string, fingerprint: string, leaseMs: number): Promise<IdempotencyClaim> {
    const wholeLeaseMs = Math.ceil(leaseMs);
    // Forgotten while its call is under way, the key would let another one ring.
    const args = [fingerprint, wholeLeaseMs, Math.max(this.lifeMs, wholeLeaseMs)];
    const token = randomUUID();
    try {
      const reply = await runScript(
        this.link.redis,
        claimScript,
        [this.prefix + key],
        [...args, token],
      );
      return readClaim(reply, token);
    } catch (error) {
      // Redis may have taken the claim, or take it yet: nobody would make that call, and nobody else could.
      void this.release(key, token);
      throw error;
    }
  }

  async settle(key: string, fingerprint: string, end: string): Promise<void> {
    await this.link.ask<unknown>(
      (redis) =>
        redis
          .multi()
          .hset(this.prefix + key, { fingerprint, leaseUntilMs: 0, end })
          .pexpire(this.prefix + key, this.lifeMs)
          .exec(),
      () => undefined,
    );
  }

  async release(key: string, token: string): Promise<void> {
    await this.link.ask<unknown>(
      (redis) => redis.eval(releaseSource, 1, this.prefix + key, token),
      () => undefined,
    );
  }
}

function readClaim(reply: unknown, token: string): IdempotencyClaim {
  const [state, end] = Array.isArray(reply) ? reply.map(String) : [];
  if (state === 'ended' && end !== undefined) return { state, end };
  if (state === 'new') return { state, token };
  if (state === 'running' || state === 'lost' || state === 'other') return { state };
  throw new Error('Redis gave no answer that can be used.');
}
