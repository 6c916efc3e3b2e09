import { quotaLimit, quotaWindowMs } from '../quota.mjs';
import { createBottleneck } from './support/bottleneck.mjs';

/** Every 50 ms one call, shared through Redis. */
export async function create(setting) {
  return createBottleneck(setting, { minTime: quotaWindowMs / quotaLimit });
}
