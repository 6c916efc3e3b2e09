import type { ZimCallOptions } from 'nestjs-zim-call';
import type { Environment } from '../config/environment.js';

/** Where ZIM delivers its callbacks. */
export const callbackPath = '/zim/callbacks';

/** Returns the options of the module `nestjs-zim-call`. */
export function zimOptions(environment: Environment): ZimCallOptions {
  const { ZIM_CALLBACK_SECRET: secret, ZIM_REDIS_URL: redisUrl } = environment;
  return {
    appId: environment.ZIM_APP_ID,
    serverSecret: environment.ZIM_SERVER_SECRET,
    baseUrl: environment.ZIM_BASE_URL,
    region: environment.ZIM_REGION,
    callbacks: secret === undefined ? undefined : { path: callbackPath, secret },
    redisUrl: redisUrl?.includes(',') ? redisUrl.split(',') : redisUrl,
  };
}
