import { Agent } from 'node:http';
import { findZimRequestSigner, isZimRegion, zimLimits, zimRegionHosts } from 'zim-protocol';
import { ZimConfigError } from '../errors/errors.js';
import { checkBaseUrls, toList, toOrigins } from './base-urls.js';
import { isRedisNodes, isRedisUrl, redisUrlProblem } from './redis-urls.js';
import { checkRateLimit, resolveRateLimit } from './resolve-rate-limit.js';
import { checkRetryPolicy, standardRetry } from './retry-policies.js';
import { zimOnUnknowns } from './call-options.js';
import type {
  ResolvedZimCallOptions,
  ZimCallOptions,
  ZimSecretSource,
  ZimServerSecret,
} from './zim-call-options.js';

const defaults = {
  requestTimeoutMs: 5_000,
  deadlineMs: 10_000,
  retry: standardRetry,
  onUnknown: 'throw' as const,
  endedAfterLostAnswer: 'unknown' as const,
  windowMs: 3_000,
  idempotencyLifeMs: 24 * 3_600_000,
  idempotencyMaxKeys: 100_000,
  maxCallees: zimLimits.callees,
  signatureVersion: '2.0',
  toleranceSeconds: 300,
  onReusedNonce: 'log' as const,
};

/** They are read when the module is defined, before the options are. */
const moduleOptionNames = ['name', 'isGlobal'];

const callbackOptionNames = ['path', 'secret', 'toleranceSeconds', 'onReusedNonce'];

/** The longest time that a timer of Node can wait. */
export const maxTimerMs = 2 ** 31 - 1;

type Problem = string | undefined;
type Check = (options: ZimCallOptions) => Problem | readonly string[];

const wholeNumber =
  (
    key:
      'requestTimeoutMs' | 'deadlineMs' | 'maxCallees' | 'idempotencyLifeMs' | 'idempotencyMaxKeys',
    min: number,
    max: number,
  ): Check =>
  (options) =>
    options[key] === undefined || isWholeNumber(options[key], min, max)
      ? undefined
      : `${key}: must be a whole number from ${min} to ${max}`;

const checks: Record<keyof ZimCallOptions, Check> = {
  appId: ({ appId }) =>
    isWholeNumber(appId, 1, zimLimits.maxAppId)
      ? undefined
      : `appId: must be a whole number from 1 to ${zimLimits.maxAppId}, as ZEGO's console shows it`,
  serverSecret: ({ serverSecret }) =>
    typeof serverSecret === 'function' ? undefined : checkSecret(serverSecret),
  region: ({ region }) =>
    region === undefined || (toList(region).length > 0 && toList(region).every(isZimRegion))
      ? undefined
      : `region: must be one of ${Object.keys(zimRegionHosts).join(', ')}, or a list of such`,
  baseUrl: ({ baseUrl, region }) => {
    if (baseUrl === undefined) return undefined;
    if (region !== undefined) return 'baseUrl: cannot be given together with region';
    return checkBaseUrls(baseUrl);
  },
  requestTimeoutMs: wholeNumber('requestTimeoutMs', 1, maxTimerMs),
  deadlineMs: wholeNumber('deadlineMs', 1, maxTimerMs),
  retry: ({ retry }) => checkRetryPolicy(retry),
  onUnknown: ({ onUnknown }) =>
    onUnknown === undefined || zimOnUnknowns.some((choice) => choice === onUnknown)
      ? undefined
      : `onUnknown: must be one of ${zimOnUnknowns.join(', ')}`,
  endedAfterLostAnswer: ({ endedAfterLostAnswer: value }) =>
    value === undefined || ['unknown', 'done'].includes(value)
      ? undefined
      : 'endedAfterLostAnswer: must be unknown or done',
  correlation: ({ correlation, callbacks }) => {
    if (correlation === undefined) return undefined;
    if (callbacks === undefined) return 'correlation: needs callbacks, which alone can tell';
    return checkCorrelation(correlation);
  },
  idempotencyLifeMs: wholeNumber('idempotencyLifeMs', 60_000, 7 * 24 * 3_600_000),
  idempotencyMaxKeys: wholeNumber('idempotencyMaxKeys', 100, 10_000_000),
  maxCallees: wholeNumber('maxCallees', 1, 10_000),
  signatureVersion: ({ signatureVersion = defaults.signatureVersion, signers }) =>
    typeof signatureVersion === 'string' &&
    findZimRequestSigner(signatureVersion, isObject(signers) ? signers : {}) !== undefined
      ? undefined
      : 'signatureVersion: only 2.0 is built in; any other version needs its algorithm as a function in signers[version]',
  signers: ({ signers }) =>
    signers === undefined || (isObject(signers) && Object.values(signers).every(isFunction))
      ? undefined
      : 'signers: must hold functions by SignatureVersion',
  httpsAgent: ({ httpsAgent }) =>
    httpsAgent === undefined || httpsAgent instanceof Agent
      ? undefined
      : "httpsAgent: must be an agent of Node's http or https",
  callbacks: ({ callbacks }) => (callbacks === undefined ? undefined : checkCallbacks(callbacks)),
  redisUrl: ({ redisUrl }) =>
    redisUrl === undefined || isRedisUrl(redisUrl) || isRedisNodes(redisUrl)
      ? undefined
      : redisUrlProblem,
  requireNoEviction: ({ requireNoEviction, redisUrl }) => {
    if (requireNoEviction === undefined) return undefined;
    if (typeof requireNoEviction !== 'boolean') return 'requireNoEviction: must be true or false';
    return requireNoEviction && redisUrl === undefined
      ? 'requireNoEviction: needs redisUrl'
      : undefined;
  },
  rateLimit: ({ rateLimit }) => checkRateLimit(rateLimit),
};

/** Every option there is. */
export const zimCallOptionNames: readonly string[] = Object.keys(checks);

/**
 * Checks a user's options and fills in the defaults.
 * @throws ZimConfigError with every problem at once; it names paths and prints no value
 */
export function resolveZimCallOptions(options: ZimCallOptions): ResolvedZimCallOptions {
  if (!isObject(options)) throw new ZimConfigError(['the options must be an object']);
  const unknown = Object.keys(options)
    .filter((key) => !Object.hasOwn(checks, key) && !moduleOptionNames.includes(key))
    .map((key) => `${key}: there is no such option`);
  const wrong = Object.values(checks).flatMap((check) => check(options) ?? []);
  const problems = [...wrong, ...unknown];
  if (problems.length > 0) throw new ZimConfigError(problems);
  return Object.freeze({
    appId: options.appId,
    serverSecret: toSource(options.serverSecret),
    baseUrls: toOrigins(options),
    requestTimeoutMs: options.requestTimeoutMs ?? defaults.requestTimeoutMs,
    deadlineMs: options.deadlineMs ?? defaults.deadlineMs,
    retry: options.retry ?? defaults.retry,
    onUnknown: options.onUnknown ?? defaults.onUnknown,
    endedAfterLostAnswer: options.endedAfterLostAnswer ?? defaults.endedAfterLostAnswer,
    correlation: options.correlation && {
      windowMs: options.correlation.windowMs ?? defaults.windowMs,
    },
    idempotencyLifeMs: options.idempotencyLifeMs ?? defaults.idempotencyLifeMs,
    idempotencyMaxKeys: options.idempotencyMaxKeys ?? defaults.idempotencyMaxKeys,
    maxCallees: options.maxCallees ?? defaults.maxCallees,
    signatureVersion: options.signatureVersion ?? defaults.signatureVersion,
    signers: options.signers ?? {},
    httpsAgent: options.httpsAgent,
    callbacks: options.callbacks && {
      path: options.callbacks.path,
      secret: toSource(options.callbacks.secret),
      toleranceSeconds: options.callbacks.toleranceSeconds ?? defaults.toleranceSeconds,
      onReusedNonce: options.callbacks.onReusedNonce ?? defaults.onReusedNonce,
    },
    redisUrl: hidden(options.redisUrl),
    requireNoEviction: options.requireNoEviction ?? false,
    rateLimit: resolveRateLimit(options.rateLimit),
  });
}

/** What is wrong with a secret, without showing it. */
export function checkSecret(secret: unknown, path = 'serverSecret'): Problem {
  if (!isText(secret)) return `${path}: must be the text that ZEGO's console shows`;
  return secret.trim() === secret ? undefined : `${path}: has white space around it`;
}

function checkCallbacks(callbacks: unknown): Problem {
  if (!isObject(callbacks)) return 'callbacks: must have a path and a secret';
  const options: Record<string, unknown> = { ...callbacks };
  const { path, secret, toleranceSeconds, onReusedNonce } = options;
  const unknown = Object.keys(options).find((key) => !callbackOptionNames.includes(key));
  if (unknown !== undefined) return `callbacks.${unknown}: there is no such option`;
  if (!isText(path) || !/^\/[\w\-./~]*$/.test(path)) {
    return 'callbacks.path: must be a path, as /zim/callbacks';
  }
  if (toleranceSeconds !== undefined && !isWholeNumber(toleranceSeconds, 1, 86_400)) {
    return 'callbacks.toleranceSeconds: must be a whole number from 1 to 86400';
  }
  if (onReusedNonce !== undefined && onReusedNonce !== 'log' && onReusedNonce !== 'refuse') {
    return 'callbacks.onReusedNonce: must be log or refuse';
  }
  return isFunction(secret) ? undefined : checkSecret(secret, 'callbacks.secret');
}

function hidden<T>(value: T | undefined): (() => T) | undefined {
  return value === undefined ? undefined : () => value;
}

function toSource(secret: ZimServerSecret): ZimSecretSource {
  return typeof secret === 'string' ? () => secret : secret;
}

function checkCorrelation(correlation: unknown): Problem {
  if (!isObject(correlation)) return 'correlation: must be an object';
  const { windowMs, ...others }: { readonly windowMs?: unknown } = correlation;
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) return `correlation.${unknown}: there is no such option`;
  return windowMs === undefined || isWholeNumber(windowMs, 1, 60_000)
    ? undefined
    : 'correlation.windowMs: must be a whole number from 1 to 60000';
}

function isWholeNumber(value: unknown, min: number, max: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0;
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
