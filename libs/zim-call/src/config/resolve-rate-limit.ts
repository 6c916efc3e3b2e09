import type { ResolvedZimPacingOptions, ZimPacingOptions } from './zim-call-options.js';

const defaults: ResolvedZimPacingOptions = {
  limit: 20,
  windowMs: 1_000,
  scope: 'action',
  maxQueued: 5_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  drainMs: 5_000,
  whenRedisIsAway: 'degrade',
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
  whenRedisIsAway: oneOf('degrade', 'closed', 'open'),
} satisfies Record<keyof ZimPacingOptions, unknown>;

/** Every option of pacing. */
export const zimPacingOptionNames: readonly string[] = Object.keys(rules);

/** What is wrong with the options, all of it. */
export function checkPacing(pacing: unknown): string[] {
  if (pacing === undefined) return [];
  if (typeof pacing !== 'object' || pacing === null || Array.isArray(pacing)) {
    return ['pacing: must be an object'];
  }
  const unknown = Object.keys(pacing)
    .filter((key) => !Object.hasOwn(rules, key))
    .map((key) => `pacing.${key}: there is no such option`);
  const wrong = Object.entries(rules).flatMap(([key, { allows, rule }]) => {
    const value: unknown = Reflect.get(pacing, key);
    return value === undefined || allows(value) ? [] : [`pacing.${key}: ${rule}`];
  });
  return [...wrong, ...unknown];
}

export function resolvePacing(pacing: ZimPacingOptions = {}): ResolvedZimPacingOptions {
  return Object.freeze({
    limit: pacing.limit ?? defaults.limit,
    windowMs: pacing.windowMs ?? defaults.windowMs,
    scope: pacing.scope ?? defaults.scope,
    maxQueued: pacing.maxQueued ?? defaults.maxQueued,
    maxQueuedBytes: pacing.maxQueuedBytes ?? defaults.maxQueuedBytes,
    drainMs: pacing.drainMs ?? defaults.drainMs,
    whenRedisIsAway: pacing.whenRedisIsAway ?? defaults.whenRedisIsAway,
  });
}
