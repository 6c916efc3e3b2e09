import type { ConfigService } from '@nestjs/config';
import type { ZimCallOptions } from 'nestjs-zim-call';
import type { Environment } from './environment.js';

/** Where ZIM delivers its callbacks. */
export const callbackPath = '/zim/callbacks';

/** Returns the options of the module `nestjs-zim-call`. */
export function zimOptions(config: ConfigService<Environment, true>): ZimCallOptions {
  const secret = config.get('ZIM_CALLBACK_SECRET', { infer: true });
  const redisUrl = config.get('ZIM_REDIS_URL', { infer: true });
  return {
    appId: config.get('ZIM_APP_ID', { infer: true }),
    serverSecret: config.get('ZIM_SERVER_SECRET', { infer: true }),
    baseUrl: config.get('ZIM_BASE_URL', { infer: true }),
    region: config.get('ZIM_REGION', { infer: true }),
    callbacks: secret === undefined ? undefined : { path: callbackPath, secret },
    // POST /calls/:callId/answers works without callbacks too.
    clientReports: true,
    redisUrl: redisUrl?.includes(',') ? redisUrl.split(',') : redisUrl,
  };
}
