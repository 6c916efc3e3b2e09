import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { CallInviteService, ZimCallModule, ZimRateLimit, isZimCallError } from 'nestjs-zim-call';

/**
 * Our module in a Nest application, configured as a backend would.
 *
 * @param {import('../index.mjs').EngineSetting} setting
 * @param {{ redisUrl?: string }} options
 * @returns {Promise<import('../index.mjs').Engine>}
 */
export async function createZimCall({ receiverUrl }, options) {
  const app = await NestFactory.createApplicationContext(
    ZimCallModule.forRoot({
      appId: 12345,
      serverSecret: '0123456789abcdef0123456789abcdef',
      baseUrl: receiverUrl,
      deadlineMs: 60_000,
      requestTimeoutMs: 5_000,
      ...options,
    }),
    { logger: ['error', 'warn'] },
  );
  const service = app.get(CallInviteService);
  const rateLimit = app.get(ZimRateLimit);
  return {
    submit: (job) => invite(service, job),
    figures: () => rateLimit.figures(),
    close: () => app.close(),
  };
}

/** @returns {Promise<import('../index.mjs').JobOutcome>} */
async function invite(service, { process, tenant, id, deadlineMs }) {
  try {
    const extendedData = JSON.stringify({ process, tenant, id });
    await service.invite(
      { fromUserId: 'caller', userIds: ['callee'], extendedData },
      { tenant, deadlineMs },
    );
    return { outcome: 'done' };
  } catch (error) {
    if (!isZimCallError(error)) throw error;
    return { outcome: error.outcome, kind: error.kind, vendorCode: error.vendorCode };
  }
}
