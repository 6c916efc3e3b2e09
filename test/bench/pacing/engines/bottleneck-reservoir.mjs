import { quotaLimit, quotaWindowMs } from '../quota.mjs';
import { createBottleneck } from './support/bottleneck.mjs';

/** A reservoir that is filled up each second, shared through Redis. */
export async function create(setting) {
  return createBottleneck(setting, {
    reservoir: quotaLimit,
    reservoirRefreshAmount: quotaLimit,
    reservoirRefreshInterval: quotaWindowMs,
  });
}
