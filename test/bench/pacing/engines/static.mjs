import { quotaLimit } from '../quota.mjs';
import { createLocalWindow } from './support/local-window.mjs';

/** An equal share of the quota for each process, whether it has something to send or not. */
export async function create(setting) {
  return createLocalWindow(setting, Math.max(1, Math.floor(quotaLimit / setting.processes)));
}
