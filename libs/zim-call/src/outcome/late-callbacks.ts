import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import type { CallProgress } from './call-outcome.js';

/** ZIM delivers a callback for about a minute; whatever has not come by then is lost. */
export const lateCallbackMs =
  zimCallbackRetryDelaysSeconds.reduce((sum, seconds) => sum + seconds, 0) * 1000 + 8_000;

/** How much longer a callback may come that changes what is known of a call that has ended. */
export function remainingLateMs({ isComplete, endedAt }: CallProgress, nowMs: number): number {
  if (isComplete || endedAt === undefined) return 0;
  const passedMs = Math.max(0, nowMs - endedAt.getTime());
  return Math.max(0, lateCallbackMs - passedMs);
}
