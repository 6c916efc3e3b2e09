import { Pool } from 'undici';
import { callIdOf, signedQuery, wireBody } from './support.mjs';

/** @returns {Promise<import('./index.mjs').Way>} */
export async function create(url) {
  const pool = new Pool(url);
  return {
    call: async () => {
      const { body } = await pool.request({
        method: 'POST',
        path: `/${signedQuery()}`,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(wireBody()),
      });
      return callIdOf(await body.json());
    },
    close: () => pool.close(),
  };
}
