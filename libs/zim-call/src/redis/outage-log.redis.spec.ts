import { Logger } from '@nestjs/common';
import { systemRuntime } from '../time/runtime.js';
import { resolveRateLimit } from '../config/resolve-options.js';
import { RedisConnection } from './redis-connection.js';
import { RedisLimiterFactory } from '../rate-limit/redis-limiter-factory.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

describe('a Redis that is unavailable several times', () => {
  it('is reported each time, and logged at most every ten seconds', async () => {
    const warned = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
    const logged = jest.spyOn(Logger.prototype, 'log').mockImplementation();
    const server = await RedisServer.start();
    const link = await RedisConnection.open(server.url);
    try {
      const limiters = new RedisLimiterFactory(link, '{1}:', resolveRateLimit(), systemRuntime);
      const states: string[] = [];
      let isBack: () => void = () => undefined;
      limiters.onState((state) => {
        states.push(state);
        if (state === 'shared') isBack();
      });
      for (let times = 0; times < 3; times++) {
        const back = new Promise<void>((resolve) => (isBack = resolve));
        link.redis.emit('close');
        link.redis.emit('ready');
        await back;
      }
      expect(states).toEqual([
        'unavailable',
        'shared',
        'unavailable',
        'shared',
        'unavailable',
        'shared',
      ]);
      expect(warned).toHaveBeenCalledTimes(1);
      expect(logged).toHaveBeenCalledTimes(1);
      await limiters.close();
    } finally {
      link.close();
      await server.kill();
      warned.mockRestore();
      logged.mockRestore();
    }
  });
});
