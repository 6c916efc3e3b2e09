import { createZimCall } from './support/zim-call.mjs';

/** Shares the quota through Redis, and accepts a few refusals for a higher throughput; refused calls are repeated. */
export function create(setting) {
  return createZimCall(setting, {
    redisUrl: `unix://${setting.redisSocket}`,
    rateLimit: { mode: 'efficient' },
  });
}
