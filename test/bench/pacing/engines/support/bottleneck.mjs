import Bottleneck from 'bottleneck';
import { Redis } from 'ioredis';
import { createSender } from './sender.mjs';

/**
 * @param {import('../index.mjs').EngineSetting} setting
 * @param {object} limits
 * @returns {Promise<import('../index.mjs').Engine>}
 */
export async function createBottleneck({ redisSocket, receiverUrl }, limits) {
  const limiter = new Bottleneck({
    ...limits,
    id: 'calls',
    datastore: 'ioredis',
    Redis,
    clientOptions: { path: redisSocket },
  });
  await limiter.ready();
  const sender = createSender(receiverUrl);
  return {
    submit: (job) => limiter.schedule(() => sender.send(job)),
    figures: sender.figures,
    async close() {
      await limiter.disconnect(false);
      sender.close();
    },
  };
}
