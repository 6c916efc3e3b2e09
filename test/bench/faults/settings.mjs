// What both ways of calling have in common.

/** How long one request may take. */
export const requestTimeoutMs = 400;
/** Longer than a server's `Retry-After: 1`, shorter than its `Retry-After: 2`. */
export const deadlineMs = 1_600;
/** What a machine with other work may take to notice that a deadline is over. */
export const deadlineSlackMs = 100;
/** Requests that a call may make by {@link import('./ways/ours.mjs')}; by axios-retry one more. */
export const maxAttempts = 3;
/** Calls under way at a time. */
export const usualConcurrency = 60;
/** Rules of so many invites come into force, and leave it, together. */
export const batchSize = 250;
/** Calls before those of the plan, by a few callers. */
export const warmUp = { id: 'warm-up', calls: 400, concurrency: 4 };
