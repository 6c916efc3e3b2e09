import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CallInviteService, isZimCallError, standardRetry, ZimCallModule } from 'nestjs-zim-call';
import { appId, serverSecret } from '../../client/ways/support.mjs';
import { deadlineMs, maxAttempts, requestTimeoutMs } from '../settings.mjs';

/** A quota without waiting, and a short pause after a throttle. */
const rateLimit = { limit: 10_000, windowMs: 10 };
/** As often as usual, but sooner; so much trouble would use up the usual budget. */
const retry = {
  ...standardRetry,
  maxAttempts,
  baseDelayMs: 20,
  maxDelayMs: 100,
  budget: { capacity: 10_000, perCall: 1, perSecond: 1_000 },
};

/**
 * @param {import('./index.mjs').Origins} origins
 * @returns {Promise<import('./index.mjs').Way>}
 */
export async function create(origins) {
  const common = { appId, serverSecret, requestTimeoutMs, deadlineMs, rateLimit, retry };
  const apps = new Map();
  for (const [lane, baseUrl] of Object.entries(origins)) {
    const module = ZimCallModule.forRoot({ ...common, baseUrl });
    const logger = ['error'];
    apps.set(lane, await NestFactory.createApplicationContext(module, { logger }));
  }
  const services = new Map([...apps].map(([lane, app]) => [lane, app.get(CallInviteService)]));
  return {
    invite: async ({ id, lane }) => {
      try {
        const { callId } = await services
          .get(lane)
          .invite({ fromUserId: 'caller', userIds: [id], extendedData: id });
        return { outcome: 'done', callId };
      } catch (error) {
        if (!isZimCallError(error)) return { outcome: 'stranger', kind: String(error) };
        const { outcome, kind, vendorCode: code } = error;
        return { outcome, kind, code };
      }
    },
    close: async () => {
      for (const app of apps.values()) await app.close();
    },
  };
}
