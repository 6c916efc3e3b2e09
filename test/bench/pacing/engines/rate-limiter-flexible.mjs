import { Redis } from 'ioredis';
import { RateLimiterQueue, RateLimiterRedis } from 'rate-limiter-flexible';
import { createSender } from './support/sender.mjs';

/** Its queue in front of its limiter in Redis, as its documentation has it. */
export async function create({ redisSocket, receiverUrl }) {
  const redis = new Redis({ path: redisSocket });
  const limiter = new RateLimiterRedis({ storeClient: redis, points: 20, duration: 1 });
  const queue = new RateLimiterQueue(limiter);
  const sender = createSender(receiverUrl);
  return {
    async submit(job) {
      await queue.removeTokens(1);
      return sender.send(job);
    },
    figures: sender.figures,
    async close() {
      redis.disconnect();
      sender.close();
    },
  };
}
