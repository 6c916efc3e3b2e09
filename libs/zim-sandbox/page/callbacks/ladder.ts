import { type ConsoleDelivery } from '../../src/console/console-events.js';

/** How long ZIM waits before it tries again, in seconds. */
export const retryWaitsSeconds: readonly number[] = [2, 4, 8, 16, 32];

/**
 * The waits that follow the next attempt, should that and all others fail as well, in seconds. The attempts alone
 * do not tell: who has resent a callback has made one more without a step on the ladder.
 */
export function waitsAfterNext({
  attempts,
  nextAttemptAt,
}: Pick<ConsoleDelivery, 'attempts' | 'nextAttemptAt'>): readonly number[] {
  if (nextAttemptAt === undefined) return [];
  const failedAt = attempts.map(({ at, durationMs }) => Date.parse(at) + durationMs);
  const misses = retryWaitsSeconds.map((wait) =>
    Math.min(...failedAt.map((at) => Math.abs(nextAttemptAt - wait * 1000 - at))),
  );
  return retryWaitsSeconds.slice(misses.indexOf(Math.min(...misses)) + 1);
}
