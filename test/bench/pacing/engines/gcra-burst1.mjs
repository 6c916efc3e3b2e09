import { createGcra } from './support/gcra.mjs';

/** Every 50 ms one call, over all processes. */
export async function create(setting) {
  return createGcra(setting, 1);
}
