import { createHash } from 'node:crypto';
import type { RedisScript } from '../redis/redis-script.js';

/**
 * How long a released key leaves a marker: far longer than those who wait for the key take to ask again. Without the
 * marker they could not tell a released key from one that Redis has lost.
 */
const releasedMs = 60_000;

/**
 * A record is a hash: `fingerprint` of the call, `claim` (the token that holds the key), `leaseUntilMs` (the time, of
 * Redis, when the call will have ended for certain), `end` once it has ended, `released` if it did nothing, `contested` if a call that had
 * lost the key has ended meanwhile.
 *
 * Arguments: fingerprint, token, lease and life in ms, and whether the caller knows that the key was taken.
 */
const claimSource = `
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' and ARGV[5] == 'known' then return {'forgotten'} end
if kind ~= 'none' and kind ~= 'hash' then return {'unreadable'} end
local fingerprint, leaseUntilMs, done, released, contested =
  unpack(redis.call('HMGET', KEYS[1], 'fingerprint', 'leaseUntilMs', 'end', 'released', 'contested'))
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
if nowMs > leaseUntilMs then return {contested and 'forgotten' or 'lost'} end
return {'running'}
`;

/**
 * Ends the key for the claim that holds it, and also if nobody holds it any more. If another claim does, there are two
 * calls: that claim goes on, but the key will not be free again even if that call does nothing.
 *
 * A Redis that is full refuses a script's first write if it takes memory. Deleting takes none, so the end is stored.
 */
const settleSource = `
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
`;

/** What settling answers. */
export type IdempotencyReply = 'settled' | 'restored' | 'taken';

/** Releases a key that this very claim holds. */
export const releaseSource = `
local claim, done, contested = unpack(redis.call('HMGET', KEYS[1], 'claim', 'end', 'contested'))
if claim ~= ARGV[1] or done then return end
if contested then return redis.call('HSET', KEYS[1], 'leaseUntilMs', 0) end
redis.call('HSET', KEYS[1], 'released', 1)
redis.call('PEXPIRE', KEYS[1], ${releasedMs})
`;

function script(source: string): RedisScript {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}

export const claimScript = script(claimSource);
export const settleScript = script(settleSource);
