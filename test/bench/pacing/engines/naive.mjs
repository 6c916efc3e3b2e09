import { quotaLimit } from '../quota.mjs';
import { createLocalWindow } from './support/local-window.mjs';

/** The whole quota in each process: what a limiter does that was written for one process. */
export async function create(setting) {
  return createLocalWindow(setting, quotaLimit);
}
