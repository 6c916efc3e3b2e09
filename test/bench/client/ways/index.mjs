/**
 * A way of making a call.
 *
 * @typedef {object} Way
 * @property {() => Promise<string>} call makes one CallInvite and gives the call's id
 * @property {() => Promise<void>} close
 */

/** @type {Record<string, { title: string, load: () => Promise<{ create: (url: string) => Promise<Way> }> }>} */
export const ways = {
  ours: {
    title: '**nestjs-zim-call**, `CallInviteService.invite`',
    load: () => import('./ours.mjs'),
  },
  'http-service': {
    title: '`HttpService` of @nestjs/axios, signed by hand',
    load: () => import('./http-service.mjs'),
  },
  fetch: { title: '`fetch`, signed by hand', load: () => import('./fetch.mjs') },
  undici: { title: '`Pool` of undici, signed by hand', load: () => import('./undici.mjs') },
};

export const wayNames = Object.keys(ways);
