import { Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { ZimDispatchModule, type ZimDispatchOptions } from 'nestjs-zim-dispatch';
import type { Environment } from '../config/environment.js';
import { RingsController } from './rings.controller.js';
import { RingsService } from './rings.service.js';

@Module({
  imports: [ZimDispatchModule.forRootAsync({ inject: [ConfigService], useFactory: ringOptions })],
  controllers: [RingsController],
  providers: [RingsService],
})
export class RingsModule {}

/** Plans are kept in the Redis that calls use, or in memory. */
function ringOptions(config: ConfigService<Environment, true>): ZimDispatchOptions {
  const redisUrl = config.get('ZIM_REDIS_URL', { infer: true });
  const isOneServer = redisUrl !== undefined && /^rediss?:[^,]+$/.test(redisUrl);
  if (redisUrl !== undefined && !isOneServer)
    new Logger('Rings').warn(
      'ZIM_REDIS_URL is a cluster or a socket, which ring plans cannot use: they end with this process',
    );
  return { redisUrl: isOneServer ? redisUrl : undefined };
}
