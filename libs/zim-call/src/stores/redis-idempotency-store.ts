import { Logger } from '@nestjs/common';
import { type RedisConnection, redisScript, runScript } from '../redis/redis-connection.js';
import type { IdempotencyClaim, IdempotencyStore, WantedKey } from './idempotency-store.js';

/**
 * How long a released key leaves a marker: far longer than calls that wait for the key take to ask again. Without the
 * marker they could not distinguish a released key from one that Redis has lost.
 */
const releasedMs = 60_000;

/**
 * A record is a hash: `fingerprint` of the call, `claim` (the token that holds the key), `leaseUntilMs` (the time, of
 * Redis, when the call will have ended for certain), `end` (its result), `released` if it had no effect, `contested` if
 * a call that had lost the key has ended since.
 *
 * Arguments: fingerprint, token, lease and life in ms, and whether the caller knows that the key was claimed.
 */
const claimScript = redisScript(`
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' and ARGV[5] == 'known' then return {'forgotten'} end
if kind ~= 'none' and kind ~= 'hash' then return {'unreadable'} end
local fingerprint, claim, leaseUntilMs, done, released, contested =
  unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'claim', 'leaseUntilMs', 'end', 'released', 'contested'))
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000)
if kind == 'none' or released then
  if released then redis.call('DEL', KEYS[1]) end
  redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'claim', ARGV[2], 'leaseUntilMs', nowMs + ARGV[3])
  redis.call('PEXPIRE', KEYS[1], ARGV[4])
  return {'new'}
end
if not fingerprint then return {'unreadable'} end
if fingerprint ~= ARGV[1] then return {'other'} end
if done then return {'ended', done} end
leaseUntilMs = tonumber(leaseUntilMs or '')
if not leaseUntilMs then return {'unreadable'} end
if nowMs > leaseUntilMs then return {contested and 'forgotten' or 'lost', claim or ''} end
return {'running'}
`);

/**
 * Stores the result for the claim that holds the key, and also if no claim does any more. If another claim does, there
 * are two calls: that claim goes on, but the key will not be new again even if that call has no effect.
 *
 * A Redis that is full refuses a script's first write if it takes memory. Deleting takes none, so the result is stored.
 */
const settleScript = redisScript(`
local claim, done, released = unpack(redis.call('HMGET', KEYS[1], 'claim', 'end', 'released'))
local isFree = released or redis.call('EXISTS', KEYS[1]) == 0
if not isFree and claim ~= ARGV[2] then
  if not done then redis.call('HSET', KEYS[1], 'contested', 1) end
  return 'taken'
end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'fingerprint', ARGV[1], 'claim', ARGV[2], 'end', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return isFree and 'restored' or 'settled'
`);

/** Releases the key only for the claim that holds it. */
const releaseSource = `
local claim, done, contested = unpack(redis.call('HMGET', KEYS[1], 'claim', 'end', 'contested'))
if claim ~= ARGV[1] or done then return end
if contested then return redis.call('HSET', KEYS[1], 'leaseUntilMs', 0) end
redis.call('HSET', KEYS[1], 'released', 1)
redis.call('PEXPIRE', KEYS[1], ${releasedMs})
`;

const cause = 'Redis lost an idempotency key while its call was under way';
const advice =
  'keys are lost by eviction (set maxmemory-policy to noeviction), by FLUSHALL, or by a failover';

const states = ['new', 'running', 'other', 'forgotten', 'unreadable'] as const;

/** For all instances of a backend. While Redis is unavailable, no key can be claimed. */
export class RedisIdempotencyStore implements IdempotencyStore {
  private readonly logger = new Logger('ZimRedis');

  constructor(
    private readonly connection: RedisConnection,
    private readonly prefix: string,
    private readonly lifeMs: number,
  ) {}

  async claim(wanted: WantedKey, leaseMs: number, isKnown = false): Promise<IdempotencyClaim> {
    const { key, fingerprint, token } = wanted;
    const wholeLeaseMs = Math.ceil(leaseMs);
    // A key that expired while its call is under way would let another call ring.
    const lifeMs = Math.max(this.lifeMs, wholeLeaseMs);
    const args = [fingerprint, token, wholeLeaseMs, lifeMs, isKnown ? 'known' : ''];
    const reply = await this.connection.ask((redis) =>
      runScript(redis, claimScript, [this.prefix + key], args),
    );
    const [state, text] = Array.isArray(reply) ? reply.map(String) : [];
    if (state === 'ended' && text !== undefined) return { state, result: text };
    if (state === 'lost' && text !== undefined) return { state, token: text };
    const known = states.find((name) => name === state);
    if (known !== undefined) return { state: known };
    // Redis may have run the claim, or run it later: then no call would be made, and none could be made.
    void this.release(wanted);
    return { state: 'unavailable' };
  }

  async settle({ key, fingerprint, token }: WantedKey, result: string): Promise<void> {
    const args = [fingerprint, token, result, this.lifeMs];
    const reply = await this.connection.ask((redis) =>
      runScript(redis, settleScript, [this.prefix + key], args),
    );
    if (reply === 'restored') {
      this.logger.warn(`${cause}; its result is stored again. Such ${advice}`);
    } else if (reply === 'taken') {
      this.logger.error(
        `${cause}, and another call was made with it: phones may have rung twice. Such ${advice}`,
      );
    }
  }

  async release({ key, token }: WantedKey): Promise<void> {
    // By its text: a slow Redis may answer that it lacks the digest when no call waits for that answer any more.
    await this.connection.ask((redis) => redis.eval(releaseSource, 1, this.prefix + key, token));
  }

  async tokenOf(key: string): Promise<string | undefined> {
    const token = await this.connection.ask((redis) => redis.hget(this.prefix + key, 'claim'));
    return token ?? undefined;
  }
}
