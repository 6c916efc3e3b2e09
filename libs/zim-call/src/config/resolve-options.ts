import { Agent } from 'node:http';
import {
  findZimRequestSigner,
  isZimRegion,
  zimLimits,
  zimRegionHosts,
  zimRegionUrl,
} from 'zim-protocol';
import { ZimConfigError } from '../errors/errors.js';
import {
  isRecord,
  noProblem,
  numberFrom,
  oneOf,
  optionGroup,
  type OptionProblem,
  type OptionRule,
  problem,
  rule,
  trueOrFalse,
  wholeNumber,
} from './option-rules.js';
import { maxTimerMs, onUnknown } from './request-options.js';
import { secretText } from './secrets.js';
import {
  type DefaultedOptions,
  type ResolvedRateLimitOptions,
  type ResolvedOptions,
  type ZimCallbackOptions,
  zimCallDefaults,
  type ZimCallOptions,
  type ZimCorrelationOptions,
  type ZimRateLimitOptions,
  type ZimRetryBudget,
  type ZimRetryPolicy,
  type ZimSecretSource,
  type ZimServerSecret,
} from './zim-call-options.js';

const rateLimitDefaults: ResolvedRateLimitOptions = {
  limit: 20,
  windowMs: 1_000,
  scope: 'action',
  mode: 'strict',
  maxQueued: 5_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  drainMs: 5_000,
  whenRedisIsUnavailable: 'degrade',
};

const loopback = /^(localhost|\[::1\]|127(\.\d+){3})$/;

const isFunction = (value: unknown): boolean => typeof value === 'function';

const secret: OptionRule = (value, siblings) =>
  isFunction(value) ? noProblem : secretText(value, siblings);

const baseUrl: OptionRule = (value, { region }) => {
  if (region !== undefined) return problem('cannot be given together with region');
  const urls = [value].flat();
  if (urls.length === 0) return problem('must not be an empty list');
  return urls.map(checkBaseUrl).find((problems) => problems.length > 0) ?? noProblem;
};

const retry = optionGroup<ZimRetryPolicy>(
  {
    maxAttempts: wholeNumber(1, 100),
    baseDelayMs: wholeNumber(1, 60_000),
    maxDelayMs: wholeNumber(1, 60_000),
    budget: optionGroup<ZimRetryBudget>(
      {
        capacity: wholeNumber(0, 10_000),
        perCall: numberFrom(0, 1),
        perSecond: numberFrom(0, 1_000),
      },
      ['capacity', 'perCall', 'perSecond'],
    ),
  },
  ['maxAttempts', 'baseDelayMs', 'maxDelayMs', 'budget'],
);

const callbacks = optionGroup<ZimCallbackOptions>(
  {
    path: rule(
      'must be a path, such as /zim/callbacks',
      (value) => typeof value === 'string' && /^\/[\w\-./~]*$/.test(value),
    ),
    secret,
    toleranceSeconds: wholeNumber(1, 86_400),
    onReusedNonce: oneOf('log', 'refuse'),
  },
  ['path', 'secret'],
);

const correlation = optionGroup<ZimCorrelationOptions>({ windowMs: wholeNumber(1, 60_000) });

const rateLimit = optionGroup<ZimRateLimitOptions>({
  limit: wholeNumber(1, 100_000),
  windowMs: wholeNumber(10, 3_600_000),
  scope: oneOf('action', 'app'),
  mode: oneOf('strict', 'efficient'),
  maxQueued: wholeNumber(1, 1_000_000),
  maxQueuedBytes: wholeNumber(1, 2 ** 31),
  drainMs: wholeNumber(0, 600_000),
  whenRedisIsUnavailable: oneOf('degrade', 'closed', 'open'),
});

const rules: Readonly<Record<keyof ZimCallOptions, OptionRule>> = {
  appId: wholeNumber(1, zimLimits.maxAppId),
  serverSecret: secret,
  region: rule(
    `must be one of ${Object.keys(zimRegionHosts).join(', ')}, or a list of them`,
    (value) => [value].flat().length > 0 && [value].flat().every(isZimRegion),
  ),
  baseUrl,
  requestTimeoutMs: wholeNumber(1, maxTimerMs),
  deadlineMs: wholeNumber(1, maxTimerMs),
  retry,
  onUnknown,
  endedAfterLostAnswer: oneOf('unknown', 'done'),
  correlation: (value, siblings) =>
    siblings['callbacks'] === undefined
      ? problem('needs callbacks: only they report which invites ring')
      : correlation(value, siblings),
  idempotencyLifeMs: wholeNumber(60_000, 7 * 24 * 3_600_000),
  idempotencyMaxKeys: wholeNumber(100, 10_000_000),
  maxCallees: wholeNumber(1, 10_000),
  signatureVersion: rule(
    'must be 2.0, the only one that is built in, or the name of a function in signers',
    (value, { signers }) =>
      typeof value === 'string' &&
      (findZimRequestSigner(value) !== undefined ||
        (isRecord(signers) && Object.hasOwn(signers, value))),
  ),
  signers: rule(
    'must map a SignatureVersion to a function',
    (value) => isRecord(value) && Object.values(value).every(isFunction),
  ),
  httpsAgent: rule("must be an agent of Node's http or https", (value) => value instanceof Agent),
  callbacks,
  clientReports: trueOrFalse,
  redisUrl: rule(
    'must be a URL, such as redis://127.0.0.1:6379, with user and password percent-encoded, or a list of the nodes of a cluster',
    (value) =>
      isRedisUrl(value) || (Array.isArray(value) && value.length > 0 && value.every(isRedisNode)),
  ),
  requireNoEviction: (value, { redisUrl }) => {
    if (typeof value !== 'boolean') return problem('must be true or false');
    return value && redisUrl === undefined ? problem('needs redisUrl') : noProblem;
  },
  rateLimit,
};

// `name` and `isGlobal` are read before these options, when the module is defined.
const checkModuleOptions = optionGroup(
  { ...rules, name: () => noProblem, isGlobal: () => noProblem },
  ['appId', 'serverSecret'],
);

export const zimCallOptionNames: readonly string[] = Object.keys(rules);

export const rateLimitOptionNames: readonly string[] = Object.keys(rateLimitDefaults);

/**
 * Checks a user's options and adds the defaults.
 * @throws ZimConfigError with all problems at once, each with its path and without a value
 */
export function resolveZimCallOptions(options: ZimCallOptions): ResolvedOptions {
  const problems = checkModuleOptions(options, {});
  if (problems.length > 0) {
    throw new ZimConfigError(
      problems.map(({ path, message }) =>
        path ? `${path}: ${message}` : `the options ${message}`,
      ),
    );
  }
  const { appId, serverSecret, httpsAgent, correlation, callbacks, redisUrl, rateLimit } = options;
  return Object.freeze({
    ...withDefaults<DefaultedOptions>(zimCallDefaults, options),
    appId,
    serverSecret: toSource(serverSecret),
    baseUrls: toOrigins(options),
    httpsAgent,
    correlation: correlation && { windowMs: correlation.windowMs ?? 3_000 },
    callbacks: callbacks && {
      path: callbacks.path,
      secret: toSource(callbacks.secret),
      toleranceSeconds: callbacks.toleranceSeconds ?? 300,
      onReusedNonce: callbacks.onReusedNonce ?? 'log',
    },
    redisUrl: redisUrl === undefined ? undefined : () => redisUrl,
    rateLimit: resolveRateLimit(rateLimit),
    storesCallEvents: callbacks !== undefined || options.clientReports === true,
  });
}

export function resolveRateLimit(rateLimit: ZimRateLimitOptions = {}): ResolvedRateLimitOptions {
  return withDefaults(rateLimitDefaults, rateLimit);
}

/** Reads only options that have a default, also those of a prototype: the options may be an instance of a class. */
function withDefaults<T extends object>(defaults: T, given: Partial<T>): Readonly<T> {
  const resolved = { ...defaults };
  for (const key in defaults) resolved[key] = given[key] ?? defaults[key];
  return Object.freeze(resolved);
}

function toSource(secret: ZimServerSecret): ZimSecretSource {
  return typeof secret === 'string' ? () => secret : secret;
}

function toOrigins({ baseUrl, region = 'unified' }: ZimCallOptions): [string, ...string[]] {
  const urls = baseUrl === undefined ? [region].flat().map(zimRegionUrl) : [baseUrl].flat();
  const [first = zimRegionUrl('unified'), ...others] = urls.map((url) => new URL(url).origin);
  return [first, ...others];
}

function checkBaseUrl(value: unknown): readonly OptionProblem[] {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined) return problem('must be a URL, such as https://zim-api.zego.im');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname))) {
    return problem(
      'must be https; plain http is allowed on loopback only, because a signed URL is a credential',
    );
  }
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search + url.hash) {
    return problem('must be only scheme, host and port, without user, path or query');
  }
  return noProblem;
}

/** Whether ioredis can read a URL: its own errors contain the whole URL, with the password. */
function isRedisUrl(value: unknown): boolean {
  return (typeof value === 'string' && /^unix:\/\/./.test(value)) || isRedisNode(value);
}

function isRedisNode(value: unknown): boolean {
  if (typeof value !== 'string' || !/^rediss?:\/\/./.test(value)) return false;
  try {
    const { hostname, username, password } = new URL(value);
    decodeURIComponent(username + password);
    return hostname !== '';
  } catch {
    return false;
  }
}
