/**
 * How an invite ended.
 *
 * @typedef {object} Ending
 * @property {import('../trouble.mjs').Outcome | 'failed' | 'stranger'} outcome `failed` where a way knows no more than
 * that; `stranger` for an error that says nothing of what happened
 * @property {string} [callId]
 * @property {string} [kind] of the error
 * @property {number} [code]
 */

/**
 * A way of making calls.
 *
 * @typedef {object} Way
 * @property {(invite: import('../plan.mjs').PlannedInvite) => Promise<Ending>} invite never rejects
 * @property {() => Promise<void>} close
 */

/** @typedef {Record<import('../trouble.mjs').Lane, string>} Origins */

/** @type {Record<string, { title: string, load: () => Promise<{ create: (origins: Origins) => Promise<Way> }> }>} */
export const ways = {
  ours: { title: '**nestjs-zim-call**', load: () => import('./ours.mjs') },
  'axios-retry': { title: 'axios with axios-retry', load: () => import('./axios-retry.mjs') },
};

export const wayNames = Object.keys(ways);
