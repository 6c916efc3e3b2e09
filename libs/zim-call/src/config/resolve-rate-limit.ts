import type { ResolvedRateLimitOptions, ZimRateLimitOptions } from './zim-call-options.js';

const defaults: ResolvedRateLimitOptions = {
  limit: 20,
  windowMs: 1_000,
  scope: 'action',
  maxQueued: 5_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  drainMs: 5_000,
  whenRedisIsUnavailable: 'degrade',
};

const wholeNumber = (min: number, max: number) => ({
  allows: (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
  rule: `must be a whole number from ${min} to ${max}`,
});

const oneOf = (...choices: string[]) => ({
  allows: (value: unknown) => choices.some((choice) => choice === value),
  rule: `must be one of ${choices.join(', ')}`,
});

const rules = {
  limit: wholeNumber(1, 100_000),
  windowMs: wholeNumber(10, 3_600_000),
  scope: oneOf('action', 'app'),
  maxQueued: wholeNumber(1, 1_000_000),
  maxQueuedBytes: wholeNumber(1, 2 ** 31),
  drainMs: wholeNumber(0, 600_000),
  whenRedisIsUnavailable: oneOf('degrade', 'closed', 'open'),
} satisfies Record<keyof ZimRateLimitOptions, unknown>;

/** Every option of `rateLimit`. */
export const rateLimitOptionNames: readonly string[] = Object.keys(rules);

/** What is wrong with the options, all of it. */
export function checkRateLimit(rateLimit: unknown): string[] {
  if (rateLimit === undefined) return [];
  if (typeof rateLimit !== 'object' || rateLimit === null || Array.isArray(rateLimit)) {
    return ['rateLimit: must be an object'];
  }
  const unknown = Object.keys(rateLimit)
    .filter((key) => !Object.hasOwn(rules, key))
    .map((key) => `rateLimit.${key}: there is no such option`);
  const wrong = Object.entries(rules).flatMap(([key, { allows, rule }]) => {
    const value: unknown = Reflect.get(rateLimit, key);
    return value === undefined || allows(value) ? [] : [`rateLimit.${key}: ${rule}`];
  });
  return [...wrong, ...unknown];
}

export function resolveRateLimit(rateLimit: ZimRateLimitOptions = {}): ResolvedRateLimitOptions {
  return Object.freeze({
    limit: rateLimit.limit ?? defaults.limit,
    windowMs: rateLimit.windowMs ?? defaults.windowMs,
    scope: rateLimit.scope ?? defaults.scope,
    maxQueued: rateLimit.maxQueued ?? defaults.maxQueued,
    maxQueuedBytes: rateLimit.maxQueuedBytes ?? defaults.maxQueuedBytes,
    drainMs: rateLimit.drainMs ?? defaults.drainMs,
    whenRedisIsUnavailable: rateLimit.whenRedisIsUnavailable ?? defaults.whenRedisIsUnavailable,
  });
}
