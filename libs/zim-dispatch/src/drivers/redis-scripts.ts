/**
 * Stores a new plan. KEYS: the plan, the open plans. ARGV: id, JSON, now, the plan's life in ms, the most open plans,
 * the longest life of a plan.
 */
export const createScript = `
local known = redis.call('GET', KEYS[1])
if known then return {'known', known} end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', tonumber(ARGV[3]) - tonumber(ARGV[6]))
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then return {'full'} end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[4])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
return {'new'}
`;

/**
 * Appends an event of a plan, if the history still has the expected length: of several instances that decide from the
 * same history, one acts. KEYS: the plan, its events, the open plans, the ended plans. ARGV: id, JSON, the length or
 * -1, the event's type, now, how long an ended plan is kept, the channel.
 */
export const appendScript = `
local life = redis.call('PTTL', KEYS[1])
if life < 0 then return 0 end
local isOpen = redis.call('ZSCORE', KEYS[3], ARGV[1])
if ARGV[4] == 'reported' then
  if isOpen then return 0 end
elseif not isOpen then
  return 0
end
local length = tonumber(ARGV[3])
if length >= 0 and redis.call('LLEN', KEYS[2]) ~= length then return 0 end
redis.call('RPUSH', KEYS[2], ARGV[2])
if ARGV[4] == 'ended' then
  life = tonumber(ARGV[6])
  redis.call('ZREM', KEYS[3], ARGV[1])
  redis.call('ZADD', KEYS[4], ARGV[5], ARGV[1])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', tonumber(ARGV[5]) - life)
  redis.call('PEXPIRE', KEYS[1], life)
end
redis.call('PEXPIRE', KEYS[2], life)
redis.call('PUBLISH', ARGV[7], ARGV[1] .. ' ' .. ARGV[4])
return 1
`;
