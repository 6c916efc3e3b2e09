import { createGcra } from './support/gcra.mjs';

/** Twenty at once after a pause, then every 50 ms one: the usual reading of "20 a second". */
export async function create(setting) {
  return createGcra(setting, 20);
}
