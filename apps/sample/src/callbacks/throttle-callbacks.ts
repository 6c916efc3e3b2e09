import { ConfigService } from '@nestjs/config';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerException, ThrottlerStorage } from '@nestjs/throttler';
import type { Environment } from '../config/environment.js';
import { callbackPath } from '../config/zim-options.js';

/**
 * Limits callbacks by address before their bodies are read: no guard of Nest runs for them, because the library
 * receives them outside Nest's routes. ZIM repeats a refused callback after 2 seconds and more.
 */
export function throttleCallbacks(app: NestFastifyApplication): void {
  const storage = app.get<ThrottlerStorage>(ThrottlerStorage, { strict: false });
  const config = app.get<ConfigService<Environment, true>>(ConfigService);
  const limit = config.get('THROTTLE_PER_SECOND', { infer: true });
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', async (request, reply) => {
    if (request.url.split('?')[0] !== callbackPath) return;
    const key = `callbacks of ${request.ip}`;
    const count = await storage.increment(key, 1_000, limit, 1_000, 'callbacks');
    if (!count.isBlocked) return;
    reply.header('Retry-After', count.timeToBlockExpire);
    throw new ThrottlerException('too many callbacks; see Retry-After');
  });
}
