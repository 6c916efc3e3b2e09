import { callIdOf, signedQuery, wireBody } from './support.mjs';

/** @returns {Promise<import('./index.mjs').Way>} */
export async function create(url) {
  return {
    call: async () => {
      const response = await globalThis.fetch(`${url}/${signedQuery()}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(wireBody()),
      });
      return callIdOf(await response.json());
    },
    // Node's own connections end with the process.
    close: () => Promise.resolve(),
  };
}
