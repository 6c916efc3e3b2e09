import { createZimCall } from './support/zim-call.mjs';

/** For a backend of one process, which needs no Redis. */
export function create(setting) {
  return createZimCall(setting, {});
}
