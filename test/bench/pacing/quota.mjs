/** ZIM's quota of one AppID and action, over all instances of a backend. */
export const quotaLimit = 20;
export const quotaWindowMs = 1_000;

/** What ZIM answers to the call that is too many. */
export const throttledCode = 660300005;
