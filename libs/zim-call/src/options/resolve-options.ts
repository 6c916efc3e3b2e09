import { Agent } from 'node:http';
import {
  findZimRequestSigner,
  isZimRegion,
  zimLimits,
  zimRegionHosts,
  zimRegionUrl,
} from 'zim-protocol';
import { ZimConfigError } from '../errors/errors.js';
import { checkPacing, resolvePacing } from './resolve-pacing.js';
import type {
  ResolvedZimCallOptions,
  ZimCallOptions,
  ZimSecretSource,
  ZimServerSecret,
} from './zim-call-options.js';

const defaults = {
  requestTimeoutMs: 5_000,
  deadlineMs: 10_000,
  maxAttempts: 3,
  maxCallees: zimLimits.callees,
  signatureVersion: '2.0',
  toleranceSeconds: 300,
};

/** They are read when the module is defined, before the options are. */
const moduleOptionNames = ['name', 'isGlobal'];

const callbackOptionNames = ['path', 'secret', 'toleranceSeconds'];

/** The longest time that a timer of Node can wait. */
export const maxTimerMs = 2 ** 31 - 1;

type Problem = string | undefined;
type Check = (options: ZimCallOptions) => Problem | readonly string[];

const wholeNumber =
  (key: 'requestTimeoutMs' | 'deadlineMs' | 'maxAttempts' | 'maxCallees', max: number): Check =>
  (options) =>
    options[key] === undefined || isWholeNumber(options[key], 1, max)
      ? undefined
      : `${key}: must be a whole number from 1 to ${max}`;

const checks: Record<keyof ZimCallOptions, Check> = {
  appId: ({ appId }) =>
    isWholeNumber(appId, 1, zimLimits.maxAppId)
      ? undefined
      : `appId: must be a whole number from 1 to ${zimLimits.maxAppId}, as ZEGO's console shows it`,
  serverSecret: ({ serverSecret }) =>
    typeof serverSecret === 'function' ? undefined : checkSecret(serverSecret),
  region: ({ region }) =>
    region === undefined || isZimRegion(region)
      ? undefined
      : `region: must be one of ${Object.keys(zimRegionHosts).join(', ')}`,
  baseUrl: ({ baseUrl, region }) => {
    if (baseUrl === undefined) return undefined;
    if (region !== undefined) return 'baseUrl: cannot be given together with region';
    return checkBaseUrl(baseUrl);
  },
  requestTimeoutMs: wholeNumber('requestTimeoutMs', maxTimerMs),
  deadlineMs: wholeNumber('deadlineMs', maxTimerMs),
  maxAttempts: wholeNumber('maxAttempts', 100),
  maxCallees: wholeNumber('maxCallees', 10_000),
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
      : 'redisUrl: must be a URL, as redis://127.0.0.1:6379, or a list of such of the nodes of a cluster',
  pacing: ({ pacing }) => checkPacing(pacing),
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
    baseUrl: new URL(options.baseUrl ?? zimRegionUrl(options.region ?? 'unified')).origin,
    requestTimeoutMs: options.requestTimeoutMs ?? defaults.requestTimeoutMs,
    deadlineMs: options.deadlineMs ?? defaults.deadlineMs,
    maxAttempts: options.maxAttempts ?? defaults.maxAttempts,
    maxCallees: options.maxCallees ?? defaults.maxCallees,
    signatureVersion: options.signatureVersion ?? defaults.signatureVersion,
    signers: options.signers ?? {},
    httpsAgent: options.httpsAgent,
    callbacks: options.callbacks && {
      path: options.callbacks.path,
      secret: toSource(options.callbacks.secret),
      toleranceSeconds: options.callbacks.toleranceSeconds ?? defaults.toleranceSeconds,
    },
    redisUrl: options.redisUrl,
    pacing: resolvePacing(options.pacing),
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
  const { path, secret, toleranceSeconds } = options;
  const unknown = Object.keys(options).find((key) => !callbackOptionNames.includes(key));
  if (unknown !== undefined) return `callbacks.${unknown}: there is no such option`;
  if (!isText(path) || !/^\/[\w\-./~]*$/.test(path)) {
    return 'callbacks.path: must be a path, as /zim/callbacks';
  }
  if (toleranceSeconds !== undefined && !isWholeNumber(toleranceSeconds, 1, 86_400)) {
    return 'callbacks.toleranceSeconds: must be a whole number from 1 to 86400';
  }
  return isFunction(secret) ? undefined : checkSecret(secret, 'callbacks.secret');
}

function toSource(secret: ZimServerSecret): ZimSecretSource {
  return typeof secret === 'string' ? () => secret : secret;
}

function checkBaseUrl(baseUrl: unknown): Problem {
  const url = isText(baseUrl) && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) return 'baseUrl: must be a URL, as https://zim-api.zego.im';
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    return 'baseUrl: must be https; plain http is for loopback only, for a signed request is a credential';
  }
  if (url.username !== '' || url.password !== '' || url.pathname !== '/' || url.search + url.hash) {
    return 'baseUrl: must be scheme, host and port alone, without user, path or query';
  }
  return undefined;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

function isRedisUrl(value: unknown): boolean {
  return isText(value) && /^(rediss?|unix):\/\/./.test(value);
}

function isRedisNodes(value: unknown): boolean {
  const isNode = (node: unknown) => isText(node) && /^rediss?:\/\/./.test(node);
  return Array.isArray(value) && value.length > 0 && value.every(isNode);
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
