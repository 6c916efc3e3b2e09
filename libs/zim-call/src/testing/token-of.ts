import type { IdempotencyClaim } from '../idempotency/idempotency-memory.js';

/** The token of a claim that must be new. */
export function tokenOf(claim: IdempotencyClaim): string {
  if (claim.state !== 'new') throw new Error(`The key is not new: ${claim.state}`);
  return claim.token;
}
