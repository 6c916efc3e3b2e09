/**
 * How requests are repeated that certainly did nothing: they never left, or ZIM refused them at its door.
 *
 * Waits between them are random, from 0 to `baseDelayMs` doubled with each attempt, at most `maxDelayMs`; a
 * `Retry-After` of the server counts where it is longer. A throttled request waits for its next turn instead.
 */
export interface ZimRetryPolicy {
  /** Requests that one call may make, the first included: 1 to 100. */
  readonly maxAttempts: number;
  /** 1 to 60000. */
  readonly baseDelayMs: number;
  /** 1 to 60000. */
  readonly maxDelayMs: number;
  /** Keeps a failing ZIM from getting several times the requests, over all calls of a client. */
  readonly budget: ZimRetryBudget;
}

/** Repeated requests that a client may make: each takes one, each call and each second give some back. */
export interface ZimRetryBudget {
  /** As many at most, and at the start: 0 to 10000. */
  readonly capacity: number;
  /** 0 to 1. */
  readonly perCall: number;
  /** 0 to 1000. */
  readonly perSecond: number;
}

/** The default: up to 3 requests, within a second or so; a fifth of the calls may need a second one for long. */
export const standardRetry: ZimRetryPolicy = Object.freeze({
  maxAttempts: 3,
  baseDelayMs: 200,
  maxDelayMs: 2_000,
  budget: Object.freeze({ capacity: 100, perCall: 0.2, perSecond: 2 }),
});

/** One request for each call, whatever becomes of it. */
export const noRetry: ZimRetryPolicy = Object.freeze({ ...standardRetry, maxAttempts: 1 });

/** Goes on for as long as the deadline allows: for calls that nobody waits for, with deadlines of minutes. */
export const persistentRetry: ZimRetryPolicy = Object.freeze({
  ...standardRetry,
  maxAttempts: 100,
  maxDelayMs: 30_000,
});

/** The name of a policy that this package ships, for logs; `custom` for any other. */
export function retryPolicyName(policy: ZimRetryPolicy): string {
  const shipped = { standardRetry, noRetry, persistentRetry };
  return Object.entries(shipped).find(([, value]) => value === policy)?.[0] ?? 'custom';
}

const rules: readonly {
  readonly path: readonly string[];
  readonly min: number;
  readonly max: number;
  readonly whole: boolean;
}[] = [
  { path: ['maxAttempts'], min: 1, max: 100, whole: true },
  { path: ['baseDelayMs'], min: 1, max: 60_000, whole: true },
  { path: ['maxDelayMs'], min: 1, max: 60_000, whole: true },
  { path: ['budget', 'capacity'], min: 0, max: 10_000, whole: true },
  { path: ['budget', 'perCall'], min: 0, max: 1, whole: false },
  { path: ['budget', 'perSecond'], min: 0, max: 1_000, whole: false },
];

/** What is wrong with a policy, all of it. */
export function checkRetryPolicy(policy: unknown): string[] {
  if (policy === undefined) return [];
  const given = [
    ...namesIn(policy),
    ...namesIn(memberOf(policy, 'budget')).map((name) => `budget.${name}`),
  ];
  const known = new Set(['budget', ...rules.map(({ path }) => path.join('.'))]);
  const unknown = given.filter((name) => !known.has(name));
  const wrong = rules.flatMap(({ path, min, max, whole }) => {
    const value = path.reduce(memberOf, policy);
    const fits = typeof value === 'number' && value >= min && value <= max;
    return fits && (!whole || Number.isInteger(value))
      ? []
      : [`retry.${path.join('.')}: must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}`];
  });
  return [...wrong, ...unknown.map((key) => `retry.${key}: there is no such option`)];
}

function namesIn(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}
