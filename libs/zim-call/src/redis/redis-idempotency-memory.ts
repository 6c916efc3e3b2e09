import { createHash } from 'node:crypto';
import type {
  IdempotencyClaim,
  IdempotencyMemory,
  WantedKey,
} from '../idempotency/idempotency-memory.js';
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

  async claim(wanted: WantedKey, leaseMs: number): Promise<IdempotencyClaim> {
    const { key, fingerprint, token } = wanted;
    const wholeLeaseMs = Math.ceil(leaseMs);
    // Forgotten while its call is under way, the key would let another one ring.
    const args = [fingerprint, wholeLeaseMs, Math.max(this.lifeMs, wholeLeaseMs), token];
    try {
      return readClaim(await runScript(this.link.redis, claimScript, [this.prefix + key], args));
    } catch (error) {
      // Redis may have taken the claim, or take it yet: nobody would make that call, and nobody else could.
      void this.release(wanted);
      throw error;
    }
  }

  async settle({ key, fingerprint }: WantedKey, end: string): Promise<void> {
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

  async release({ key, token }: WantedKey): Promise<void> {
    await this.link.ask<unknown>(
      // By its text: where Redis is slow, nobody is there any more to give it to a Redis that knows only digests.
      (redis) => redis.eval(releaseSource, 1, this.prefix + key, token),
      () => undefined,
    );
  }
}

function readClaim(reply: unknown): IdempotencyClaim {
  const [state, end] = Array.isArray(reply) ? reply.map(String) : [];
  if (state === 'ended' && end !== undefined) return { state, end };
  if (state === 'new' || state === 'running' || state === 'lost' || state === 'other') {
    return { state };
  }
  throw new Error('Redis gave no answer that can be used.');
}
