import { redisScript } from '../redis/redis-connection.js';
import { largestSearch, marginMs } from './sliding-window-limiter.js';

/** An instance that was not seen for this long no longer counts. */
const instanceLifeMs = 600_000;
/** A window that gets no request for this long is deleted. */
export const windowLifeMs = 60_000;
/** An announced request comes within this time, also on a busy machine, or the instance may use its fallback. */
export const announcedSlackMs = 200;
/** An instance that announced a request and was silent for this long is taken for dead. */
export const silentInstanceMs = 10_000;
/** This long after Redis is back no fallback is used any more: after a reconnect, a probe, and a slot granted before. */
const fallbackEndsMs = 2_000;
const guessedSpreadMs = 500;
/** Round trips to ZIM that the window remembers for new instances. */
const keptRoundTrips = 100;
/** Each is a text of this width, in milliseconds. */
export const roundTripWidth = 7;
/** A window that is closed, or holds slots, for longer than this many settling times was written by another clock. */
const impossibleSettles = 10;

/**
 * The sliding window that all instances share, on the time of Redis. A slot's score is the latest time at which it may
 * be used, until its instance has reported when it was.
 *
 * Keys: the slots, the window's own fields, the instances. Arguments: the operation, the instance, the window id it
 * knows, the time until which the reply is waited for, the limit, the window, how many instances it knows of, the part
 * of the quota that all instances may send by their fallbacks while Redis is unavailable, then those of the operation.
 *
 * The field 'roundTrips' holds the recent round trips to ZIM of all instances.
 *
 * A field 'at:' and an instance's name says from when until when the instance may use its fallback, how many instances
 * it knew of, and for how many it stands; it is empty for an instance that has nothing to send.
 */
const source = `
local slots, meta, instances = KEYS[1], KEYS[2], KEYS[3]
local operation, instance, known, runBy = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local limit, window = tonumber(ARGV[5]), tonumber(ARGV[6])
local believed, fallbackShare = tonumber(ARGV[7]), tonumber(ARGV[8])

local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local function text(ms) return string.format('%.3f', ms) end

-- The instance uses its fallback meanwhile, and must not count as back.
if runBy and now > runBy then return {'stale', text(now)} end
if operation == 'leave' then
  redis.call('ZREM', instances, instance)
  return {'left', text(now)}
end

for _, one in ipairs(redis.call('ZRANGEBYSCORE', instances, '(' .. text(now), '+inf')) do
  redis.call('ZADD', instances, text(now), one)
end
redis.call('ZREMRANGEBYSCORE', instances, '-inf', text(now - ${instanceLifeMs}))
if operation == 'probe' then return {'reached', text(now)} end
redis.call('ZADD', instances, text(now), instance)
redis.call('PEXPIRE', instances, ${instanceLifeMs})
local count = redis.call('ZCARD', instances)
if operation == 'hello' then return {'hello', text(now), count} end

local fields, all = {}, redis.call('HGETALL', meta)
for i = 1, #all, 2 do fields[all[i]] = all[i + 1] end
local id, opensAt = fields.id, tonumber(fields.opensAt or 0)
local widened = tonumber(fields.widened or 0)
widened = widened * 0.5 ^ (math.max(0, now - tonumber(fields.widenedAt or 0)) / ${marginMs.halfLife})
local margin = ${marginMs.base} + widened
local heldAhead = 2 * count * window / limit

local function keep()
  local life = math.max(${windowLifeMs}, 4 * window)
  redis.call('PEXPIRE', meta, life)
  redis.call('PEXPIRE', slots, life)
end

local function expectFallback(name, from, till, known, times)
  fields['at:' .. name] = string.format('%.3f %.3f %d %d', from, till, known, times)
  redis.call('HSET', meta, 'at:' .. name, fields['at:' .. name])
end

local function fallbackOf(name)
  local from, till, known, times = string.match(fields['at:' .. name] or '', '^(%S+) (%S+) (%S+) (%S+)$')
  if from then return tonumber(from), tonumber(till), tonumber(known), tonumber(times) end
end

local function shareOf(known)
  local share = fallbackShare * limit / known
  return share < 1 and share or math.floor(share)
end

-- How many requests fallbacks may send in a window.
local function fallbackSends()
  local sum = 0
  for field in pairs(fields) do
    local name = string.match(field, '^at:(.+)$')
    if name and name ~= instance then
      local from, till, known, times = fallbackOf(name)
      local isGone = name ~= '?' and not redis.call('ZSCORE', instances, name)
      if isGone then redis.call('HDEL', meta, field)
      elseif from and from <= now and now < till then sum = sum + times * shareOf(known) end
    end
  end
  return math.ceil(sum)
end

-- Instances not seen since then may have lost Redis as well.
local function expectFallbackOfOthers(since, till)
  for _, name in ipairs(redis.call('ZRANGEBYSCORE', instances, '-inf', since)) do
    if name ~= instance then
      local from, before, known = fallbackOf(name)
      expectFallback(name, math.min(from or now, now), math.max(before or 0, till), known or math.min(believed, count), 1)
    end
  end
end

-- Whether a returned slot has left a gap for a send now. A slot's name ends with its earliest time; for those that
-- another window granted it is guessed.
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

local function startNew(opens)
  id = instance .. '@' .. text(now)
  opensAt = opens
  fields = {}
  redis.call('DEL', slots, meta)
  redis.call('HSET', meta, 'id', id, 'opensAt', text(opens), 'widened', text(widened), 'widenedAt', text(now))
end

if operation == 'join' then
  local reason, settle, sinceProbe = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11])
  local own = fields['at:' .. instance]
  if not id or (reason == 'stepped' and id == known) then
    local isFirst = known == '' and reason ~= 'returned'
    startNew(isFirst and 0 or now + settle)
    local till = now + settle + ${fallbackEndsMs} + window
    if not isFirst then expectFallbackOfOthers('+inf', till) end
    if not isFirst and believed > count then expectFallback('?', now, till, believed, believed - count) end
  else
    if sinceProbe then expectFallbackOfOthers(text(now - sinceProbe), now + ${fallbackEndsMs} + window) end
    local from, till, known, times = fallbackOf('?')
    if not own and from and times > 0 then
      expectFallback('?', from, till, known, times - 1)
      expectFallback(instance, from, till, known, 1)
    end
  end
  for i = 12, #ARGV, 2 do redis.call('ZADD', slots, ARGV[i + 1], ARGV[i]) end
  keep()
  return {'joined', text(now), count, id}
end

if not id then
  if known ~= '' then return {'lost', text(now), count} end
  startNew(0)
elseif known ~= '' and known ~= id then
  return {'other', text(now), count}
end
local newest = redis.call('ZREVRANGE', slots, 0, 0, 'WITHSCORES')[2]
local farthest = now + ${impossibleSettles} * (1.1 * window + heldAhead)
if opensAt > farthest or (newest and tonumber(newest) > farthest) then
  return {'stepped', text(now), count, id}
end

if operation == 'pause' then
  if now >= opensAt then
    widened = math.min(${marginMs.most}, math.max(${marginMs.first}, widened * 2))
    redis.call('HSET', meta, 'opensAt', text(now + window), 'widened', text(widened), 'widenedAt', text(now))
  end
  keep()
  return {'paused', text(now), count, id}
end
if operation == 'idle' then
  redis.call('HSET', meta, 'at:' .. instance, '')
  return {'idle', text(now), count, id}
end

local name, within, late, announced = ARGV[9], tonumber(ARGV[10]), tonumber(ARGV[11]), ARGV[12]
if ARGV[13] ~= '' then
  fields.roundTrips = string.sub((fields.roundTrips or '') .. ARGV[13], ${-keptRoundTrips * roundTripWidth})
  redis.call('HSET', meta, 'roundTrips', fields.roundTrips)
end
local roundTrips = ARGV[14] == '' and '' or fields.roundTrips or ''
for i = 15, #ARGV, 2 do
  if ARGV[i + 1] == '' then redis.call('ZREM', slots, ARGV[i])
  else redis.call('ZADD', slots, 'XX', ARGV[i + 1], ARGV[i]) end
end
-- Notes until when this instance announced its next request: later it may use its fallback. Returns how long that is.
local function expectRequest(after)
  if announced == '' then
    fields['at:' .. instance] = ''
    redis.call('HSET', meta, 'at:' .. instance, '')
    return ''
  end
  local quietAt = now + (tonumber(announced) or after + late + ${announcedSlackMs})
  expectFallback(instance, quietAt, quietAt + ${silentInstanceMs}, math.min(believed, count), 1)
  return text(quietAt - now)
end
redis.call('ZREMRANGEBYSCORE', slots, '-inf', text(now - window - margin))
keep()
if opensAt > now then
  return {'wait', text(now), count, id, text(opensAt - now), expectRequest(opensAt - now)}
end
local full = limit
limit = math.max(limit - fallbackSends(), 1, shareOf(math.max(count, believed)))
local at = now
local oldest = redis.call('ZREVRANGE', slots, limit - 1, limit - 1, 'WITHSCORES')[2]
if oldest then at = math.max(now, tonumber(oldest) + window + margin) end
if at > now and limit <= ${largestSearch} and fitsNow(late) then at = now end
if at - now > within then return {'late', text(now), count, id, text(at - now), expectRequest(0)} end
local horizon = 1.25 * window + heldAhead
if limit < full and at - now > horizon then
  return {'wait', text(now), count, id, text(at - now - horizon), expectRequest(at - now - horizon)}
end
local slot = name .. ':' .. text(at)
redis.call('ZADD', slots, text(at + late), slot)
keep()

local active, seen = 0, {}
for _, one in ipairs(redis.call('ZREVRANGE', slots, 0, 63)) do
  local owner = string.match(one, '^[^:]+')
  if not seen[owner] then
    seen[owner] = true
    active = active + 1
  end
end
return {'slot', text(now), count, id, text(at), expectRequest(at - now), active, slot, roundTrips}
`;

export const limiterScript = redisScript(source);
