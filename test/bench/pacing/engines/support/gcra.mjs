import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { quotaLimit, quotaWindowMs } from '../../quota.mjs';
import { createSender, sendInTurn } from './sender.mjs';

/**
 * The generic cell rate algorithm. KEYS[1] holds when the bucket will be full again, in microseconds; ARGV are the
 * distance of two calls in microseconds and the burst. Gives 0 or the milliseconds until it is worth asking again.
 */
const script = `
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local distance = tonumber(ARGV[1])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local early = full - (tonumber(ARGV[2]) - 1) * distance - now
if early > 0 then return math.ceil(early / 1000) end
redis.call('SET', KEYS[1], string.format('%.0f', full + distance), 'PX', 60000)
return 0
`;

/**
 * @param {import('../index.mjs').EngineSetting} setting
 * @param {number} burst
 * @returns {import('../index.mjs').Engine}
 */
export function createGcra({ redisSocket, receiverUrl }, burst) {
  const redis = new Redis({ path: redisSocket });
  redis.defineCommand('gcra', { numberOfKeys: 1, lua: script });
  const sender = createSender(receiverUrl);
  const distanceMicros = (quotaWindowMs * 1_000) / quotaLimit;

  async function waitForRoom() {
    for (;;) {
      const retryMs = Number(await redis.gcra('gcra', distanceMicros, burst));
      if (retryMs === 0) return;
      await sleep(retryMs);
    }
  }

  return {
    submit: sendInTurn(sender, waitForRoom),
    figures: sender.figures,
    async close() {
      redis.disconnect();
      sender.close();
    },
  };
}
