import type { WindowSettings } from './sliding-window-limiter.js';

/** The part of the quota that instances without Redis share: room for those of which nothing is known. */
export const shareOfQuota = 0.8;
/** An instance sends alone only if Redis left a question unanswered that it asked no longer ago than this. */
export const lookFreshMs = 700;
/** Slots further ahead are not taken by an instance that sends alone. */
export const aloneAheadMs = 100;
/**
 * So long after Redis is back all instances have noticed: the slowest way is a connection that is tried again
 * after half a second, then a question, then a slot that was taken before.
 */
export const aloneEndsMs = 2_000;
/** An instance that is to ask again does so within this time, also on a busy machine; or Redis reckons with its going alone. */
export const promiseSlackMs = 200;
/** An instance that is silent for so long, although calls waited there, is taken for dead. */
export const silentLifeMs = 10_000;

/** The quota of one of so many instances while Redis is unavailable. */
export function aloneSettings(
  { limit, windowMs }: WindowSettings,
  instances: number,
): WindowSettings {
  const share = (shareOfQuota * limit) / instances;
  return share >= 1
    ? { limit: Math.floor(share), windowMs }
    : { limit: 1, windowMs: windowMs / share };
}
