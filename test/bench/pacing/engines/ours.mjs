import { createZimCall } from './support/zim-call.mjs';

/** All processes of the backend share the quota through Redis. */
export function create(setting) {
  return createZimCall(setting, { redisUrl: `unix://${setting.redisSocket}` });
}
