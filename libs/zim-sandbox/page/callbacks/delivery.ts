import { type ConsoleDelivery } from '../../src/console/console-events.js';

/** The delays between ZIM's delivery attempts, in seconds. */
export const retryDelaysSeconds: readonly number[] = [2, 4, 8, 16, 32];

/**
 * Returns the delays that follow the next attempt if every attempt fails, in seconds. The number of attempts
 * does not give the position in the schedule, because a manual resend is an attempt too.
 */
export function delaysAfterNext({
  attempts,
  nextAttemptAt,
}: Pick<ConsoleDelivery, 'attempts' | 'nextAttemptAt'>): readonly number[] {
  if (nextAttemptAt === undefined) return [];
  const failedAt = attempts.map(({ at, durationMs }) => Date.parse(at) + durationMs);
  const deviations = retryDelaysSeconds.map((delay) =>
    Math.min(...failedAt.map((at) => Math.abs(nextAttemptAt - delay * 1000 - at))),
  );
  return retryDelaysSeconds.slice(deviations.indexOf(Math.min(...deviations)) + 1);
}

/** The result of a manual resend. */
export interface ResendResult {
  readonly status?: number;
  /** Why no response arrived. */
  readonly error?: string;
}

/** Reads the control API's reply to a resend; `undefined` if it has no attempt. */
export function readResendResult(content: unknown): ResendResult | undefined {
  const delivery = fieldOf(content, 'delivery');
  const attempts = fieldOf(delivery, 'attempts');
  const last: unknown = Array.isArray(attempts) ? attempts.at(-1) : undefined;
  const [status, error] = [fieldOf(last, 'status'), fieldOf(last, 'error')];
  if (typeof status === 'number') return { status };
  return typeof error === 'string' ? { error } : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}
