import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CallInviteService, ZimCallModule } from 'nestjs-zim-call';
import { appId, invite, serverSecret } from './support.mjs';

/** Each call passes the rate limiter, whose quota is never used up here. */
const rateLimit = { limit: 100_000, windowMs: 1_000 };

/** @returns {Promise<import('./index.mjs').Way>} */
export async function create(url) {
  const app = await NestFactory.createApplicationContext(
    ZimCallModule.forRoot({ appId, serverSecret, baseUrl: url, rateLimit }),
    { logger: ['error', 'warn'] },
  );
  const service = app.get(CallInviteService);
  return {
    call: async () => (await service.invite(invite)).callId,
    close: () => app.close(),
  };
}
