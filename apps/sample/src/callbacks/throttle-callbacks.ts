import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ThrottlerStorage } from '@nestjs/throttler';
import { Environment } from '../config/environment.js';
import { withInstance } from '../problems/problem.js';
import { callbackPath } from '../zim/zim-options.js';

/**
 * Limits callbacks by address, before their bodies are read: they come in beside Nest's routes, where its
 * ThrottlerGuard does not stand. ZIM delivers what was refused again after 2 seconds and more.
 */
export function throttleCallbacks(app: NestFastifyApplication): void {
  const storage = app.get<ThrottlerStorage>(ThrottlerStorage, { strict: false });
  const { THROTTLE_PER_SECOND } = app.get(Environment);
  const server = app.getHttpAdapter().getInstance();
  server.addHook('onRequest', async (request, reply) => {
    if (request.url.split('?')[0] !== callbackPath) return;
    const key = `callbacks of ${request.ip}`;
    const found = await storage.increment(key, 1_000, THROTTLE_PER_SECOND, 1_000, 'callbacks');
    if (!found.isBlocked) return;
    const problem = {
      type: 'about:blank',
      title: 'Too Many Requests',
      status: 429,
      detail: 'too many callbacks; see Retry-After',
    };
    reply.code(problem.status).header('Retry-After', found.timeToBlockExpire);
    reply.header('Content-Type', 'application/problem+json; charset=utf-8');
    await reply.send(JSON.stringify(withInstance(problem)));
  });
}
