import { createHash } from 'node:crypto';
import {
  baseMarginMs,
  largestSearch,
  marginHalfLifeMs,
  widenedMarginMs,
} from '../pacing/slot-ring.js';

/** Who is not seen for so long no longer counts as an instance. */
const instanceLifeMs = 600_000;
/** A ring that nobody uses for so long is forgotten. */
export const ringLifeMs = 60_000;
/** Times that an instance's clock and Redis's can differ by without one of them having stepped. */
const clockTolerance = { behindMs: 50, aheadMs: 150 };

const guessedSpreadMs = 300;

/**
 * The ring of slots of all instances, on Redis's own time. A slot's score is the latest time at which it may
 * be used, until its instance has reported when it was.
 *
 * Keys: the slots, the ring's own fields, the instances. Arguments: the operation, the instance, the ring it
 * knows, the time it expects, the limit, the window, then those of the operation.
 */
const source = `
local slots, ring, instances = KEYS[1], KEYS[2], KEYS[3]
local operation, instance, known, expected = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local limit, window = tonumber(ARGV[5]), tonumber(ARGV[6])

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function text(ms) return string.format('%.3f', ms) end

if operation == 'leave' then
  redis.call('ZREM', instances, instance)
  return {'left', text(now)}
end

redis.call('ZADD', instances, text(now), instance)
redis.call('ZREMRANGEBYSCORE', instances, '-inf', text(now - ${instanceLifeMs}))
redis.call('PEXPIRE', instances, ${instanceLifeMs})
local count = redis.call('ZCARD', instances)
if operation == 'hello' then return {'hello', text(now), count} end

local fields = redis.call('HMGET', ring, 'id', 'opensAt', 'widened', 'widenedAt')
local id, opensAt = fields[1], tonumber(fields[2] or 0)
local widened = tonumber(fields[3] or 0)
widened = widened * 0.5 ^ (math.max(0, now - tonumber(fields[4] or 0)) / ${marginHalfLifeMs})
local margin = ${baseMarginMs} + widened

local function keep()
  local life = math.max(${ringLifeMs}, 4 * window)
  redis.call('PEXPIRE', ring, life)
  redis.call('PEXPIRE', slots, life)
end

-- Whether there is a hole that a slot has left which was given up. A slot's name ends with its earliest time;
-- of those that another ring knew it is guessed.
local function fitsNow(late)
  local all = redis.call('ZRANGE', slots, 0, -1, 'WITHSCORES')
  local earliest, latest = {now}, {now + late}
  for i = 1, #all, 2 do
    local score = tonumber(all[i + 1])
    local at = tonumber(string.match(all[i], '[^:]+$')) or 0
    if at > score or at < score - ${guessedSpreadMs} then at = score - ${guessedSpreadMs} end
    table.insert(earliest, at)
    table.insert(latest, score)
  end
  table.sort(earliest)
  table.sort(latest)
  for i = 1, #latest - limit do
    local at, before = earliest[i + limit], latest[i]
    if at >= now and before <= now + late and at - before < window + margin then return false end
  end
  return true
end

local function found(opens)
  id = instance .. '@' .. text(now)
  opensAt = opens
  redis.call('HSET', ring, 'id', id, 'opensAt', text(opens))
end

if operation == 'join' then
  local reason, settle = ARGV[7], tonumber(ARGV[8])
  if not id or (reason == 'stepped' and id == known) then
    redis.call('DEL', slots)
    found(known == '' and reason ~= 'returned' and 0 or now + settle)
  elseif reason == 'returned' then
    local last = redis.call('ZREVRANGE', slots, 0, 0, 'WITHSCORES')[2]
    if not last or tonumber(last) < now - window then
      redis.call('HSET', ring, 'opensAt', text(math.max(opensAt, now + settle)))
    end
  end
  for i = 9, #ARGV, 2 do redis.call('ZADD', slots, ARGV[i + 1], ARGV[i]) end
  keep()
  return {'joined', text(now), count, id}
end

if not id then
  if known ~= '' then return {'lost', text(now), count} end
  found(0)
elseif known ~= '' and known ~= id then
  return {'other', text(now), count}
end
if expected and (now < expected - ${clockTolerance.behindMs} or now > expected + ${clockTolerance.aheadMs}) then
  return {'stepped', text(now), count}
end

if operation == 'pause' then
  if now >= opensAt then
    widened = math.min(${widenedMarginMs.most}, math.max(${widenedMarginMs.first}, widened * 2))
    redis.call('HSET', ring, 'opensAt', text(now + window), 'widened', text(widened), 'widenedAt', text(now))
  end
  keep()
  return {'paused', text(now), count, id}
end

local name, within, late = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9])
for i = 10, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('ZREM', slots, ARGV[i])
  else redis.call('ZADD', slots, 'XX', ARGV[i + 1], ARGV[i]) end
end
redis.call('ZREMRANGEBYSCORE', slots, '-inf', text(now - window - margin))
if opensAt > now then return {'wait', text(now), count, id, text(opensAt - now)} end
local at = now
local oldest = redis.call('ZREVRANGE', slots, limit - 1, limit - 1, 'WITHSCORES')[2]
if oldest then at = math.max(now, tonumber(oldest) + window + margin) end
if at > now and limit <= ${largestSearch} and fitsNow(late) then at = now end
if at - now > within then return {'late', text(now), count, id, text(at - now)} end
local slot = name .. ':' .. text(at)
redis.call('ZADD', slots, text(at + late), slot)
keep()

local sharers, seen = 0, {}
for _, one in ipairs(redis.call('ZREVRANGE', slots, 0, 63)) do
  local owner = string.match(one, '^[^:]+')
  if not seen[owner] then
    seen[owner] = true
    sharers = sharers + 1
  end
end
return {'slot', text(now), count, id, text(at), sharers, slot}
`;

export const ringScript = { source, sha1: createHash('sha1').update(source).digest('hex') };
