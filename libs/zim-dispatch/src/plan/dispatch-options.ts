/** The options of the module. They are checked at boot. */
export interface ZimDispatchOptions {
  /** The `name` of the ZimCallModule whose phones ring. Default: the one without a name. */
  readonly zimCallName?: string | undefined;
  /**
   * Whether the codes count by which ZIM refuses to withdraw a callee's call, which no page of the vendor states for
   * this purpose: 660900006 as a timeout; 660900005 and 660900008 as having **accepted**, if within 70 s neither a
   * callback nor a client reports otherwise. A module without callbacks and client reports needs it. Default: false, such
   * codes wait for a report, and without one the outcome is unknown.
   *
   * That ZIM takes a withdrawal (`Code` 0) always counts: the phone does not ring any more.
   */
  readonly trustWithdrawal?: boolean | undefined;
  /**
   * A Redis in which plans are kept and by which all instances share them, such as `redis://127.0.0.1:6379` or
   * `rediss://…`. Needs the packages `bullmq` and `ioredis`, and a ZimCallModule with `redisUrl`. Default: plans are
   * kept in the memory of this process and end with it.
   */
  readonly redisUrl?: string | undefined;
  /**
   * Separates the plans of several backends, or of several modules of one, in one Redis: 1 to 50 letters, digits, `-`
   * and `_`. Default: `default`.
   */
  readonly queueName?: string | undefined;
  /** The plans that may be open at a time, over all instances; `ring()` refuses more. Default: 10000. */
  readonly maxOpenPlans?: number | undefined;
}

export const DISPATCH_OPTIONS = Symbol('DISPATCH_OPTIONS');

export const dispatchDefaults = { queueName: 'default', maxOpenPlans: 10_000 } as const;

const isText = (value: unknown): value is string => typeof value === 'string';
const matches = (pattern: RegExp) => (value: unknown) => isText(value) && pattern.test(value);

const rules: Readonly<
  Record<keyof ZimDispatchOptions, readonly [rule: string, isValid: (value: unknown) => boolean]>
> = {
  zimCallName: ['must be text', isText],
  trustWithdrawal: ['must be true or false', (value) => typeof value === 'boolean'],
  redisUrl: [
    'must be the URL of a Redis, such as redis://127.0.0.1:6379',
    matches(/^rediss?:\/\/./),
  ],
  queueName: ['must be 1 to 50 letters, digits, - and _', matches(/^[\w-]{1,50}$/)],
  maxOpenPlans: [
    'must be a whole number from 1 to 1000000',
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1_000_000,
  ],
};

/** Returns what is wrong with the options, without their values: a URL may contain a password. */
export function findOptionProblems(options: ZimDispatchOptions): string[] {
  const given = new Map<string, unknown>(Object.entries(options));
  const unknown = [...given.keys()].filter((name) => !Object.hasOwn(rules, name));
  const broken = Object.entries(rules).filter(
    ([name, [, isValid]]) => given.get(name) !== undefined && !isValid(given.get(name)),
  );
  return [
    ...broken.map(([name, [rule]]) => `${name} ${rule}`),
    ...unknown.map((name) => `${name} is not a known option`),
  ];
}
