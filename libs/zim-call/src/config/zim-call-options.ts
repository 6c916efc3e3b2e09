import type { Agent } from 'node:http';
import { zimLimits, type ZimRegion, type ZimRequestSigner } from 'zim-protocol';
import type { ZimOnUnknown } from './request-options.js';

/**
 * How requests are repeated that had no effect: they were not sent, or ZIM refused to process them.
 *
 * The wait before the next attempt is random, from 0 to `baseDelayMs` doubled with each attempt, at most `maxDelayMs`,
 * or the server's `Retry-After` if that is longer. A throttled request waits for the next slot of the quota instead.
 */
export interface ZimRetryPolicy {
  /** The most requests that one call makes, with the first one: 1 to 100. */
  readonly maxAttempts: number;
  /** 1 to 60000. */
  readonly baseDelayMs: number;
  /** 1 to 60000. */
  readonly maxDelayMs: number;
  /** Limits the repeated requests of all calls of a module, so that they do not multiply the load of a failing ZIM. */
  readonly budget: ZimRetryBudget;
}

/** A token bucket of repeated requests: each takes one token, each call and each second add some. */
export interface ZimRetryBudget {
  /** The most tokens, and the tokens at the start: 0 to 10000. */
  readonly capacity: number;
  /** 0 to 1. */
  readonly perCall: number;
  /** 0 to 1000. */
  readonly perSecond: number;
}

/** The default: up to 3 requests within about a second; in the long run a fifth of the calls can have a second one. */
export const standardRetry: ZimRetryPolicy = Object.freeze({
  maxAttempts: 3,
  baseDelayMs: 200,
  maxDelayMs: 2_000,
  budget: Object.freeze({ capacity: 100, perCall: 0.2, perSecond: 2 }),
});

/** Makes one request for each call, whatever its result. */
export const noRetry: ZimRetryPolicy = Object.freeze({ ...standardRetry, maxAttempts: 1 });

/** Repeats requests until the deadline: for background calls with deadlines of minutes. */
export const persistentRetry: ZimRetryPolicy = Object.freeze({
  ...standardRetry,
  maxAttempts: 100,
  maxDelayMs: 30_000,
});

/** Returns the current value of a secret. */
export type ZimSecretSource = () => string | Promise<string>;

/** A secret, or a function that returns the current one and is called for each request. */
export type ZimServerSecret = string | ZimSecretSource;

/** How the module receives ZIM's callbacks. */
export interface ZimCallbackOptions {
  /** The path that is configured in ZEGO's console, such as `/zim/callbacks`. A global prefix is not added. */
  readonly path: string;
  /** The CallbackSecret of ZEGO's console, which is not the ServerSecret; or a function that returns it. */
  readonly secret: ZimServerSecret;
  /** The most that a callback's timestamp may differ from this machine's clock. Default: 300. */
  readonly toleranceSeconds?: number | undefined;
  /**
   * What to do with a callback that has the nonce and timestamp of an earlier one within the tolerance, but other
   * content. It may be forged, because ZIM's signature covers only those two; or ZIM's six digits came twice in a
   * second. `log`: it is accepted, counted and logged. `refuse`: it is answered 401. Default: `log`.
   */
  readonly onReusedNonce?: 'log' | 'refuse' | undefined;
}

/** What matters more when the time that requests take to ZIM varies: that none is refused, or that no slot is wasted. */
export type ZimRateLimitMode = 'strict' | 'efficient';

/** How calls wait for ZIM's quota. */
export interface ZimRateLimitOptions {
  /** The requests that ZIM allows in a window, if its support has raised it. Default: 20. */
  readonly limit?: number | undefined;
  /** The window, in milliseconds. Default: 1000. */
  readonly windowMs?: number | undefined;
  /** Whether each operation has its own quota, or all share one: ZIM's pages do not say. Default: `action`. */
  readonly scope?: 'action' | 'app' | undefined;
  /**
   * How much of the quota is left unused because requests take different times to ZIM, which counts arrivals. `strict`:
   * as much as the measured jitter, so that ZIM refuses none. `efficient`: less; ZIM refuses a request now and then,
   * about 1 of 1000, which is sent again in the next slot. Default: `strict`.
   */
  readonly mode?: ZimRateLimitMode | undefined;
  /** The calls that may wait in this instance for one quota, the last fifth for urgent calls only. Default: 5000. */
  readonly maxQueued?: number | undefined;
  /** The size of their requests together, in bytes. Default: 16777216. */
  readonly maxQueuedBytes?: number | undefined;
  /**
   * How long a closing module still sends waiting calls and waits for ZIM's replies, in milliseconds; calls that are
   * not sent by then are `not-sent`. Default: 5000.
   */
  readonly drainMs?: number | undefined;
  /**
   * What an instance sends while Redis is unavailable. `degrade`: its part of four fifths of the quota, by the number
   * of instances last seen. `closed`: nothing. `open`: the whole quota, as if there were no other instance.
   * Default: `degrade`.
   */
  readonly whenRedisIsUnavailable?: 'degrade' | 'closed' | 'open' | undefined;
}

/** How invites are recognised in callbacks. */
export interface ZimCorrelationOptions {
  /**
   * How long an invite without a reply waits for its `call_create`, in milliseconds, never beyond its deadline;
   * 1 to 60000. Default: 3000.
   */
  readonly windowMs?: number | undefined;
}

/** The options of a module. They are checked once, at boot, and all problems are reported together. */
export interface ZimCallOptions {
  /** The AppID of ZEGO's console: an unsigned 32-bit number. */
  readonly appId: number;
  /** The ServerSecret of ZEGO's console. It never leaves this process. */
  readonly serverSecret: ZimServerSecret;
  /**
   * The region of ZIM to call: the one in which this backend runs. Of several, the first is called; while it cannot be
   * reached, requests that were not sent go to the next one. Default: `unified`.
   */
  readonly region?: ZimRegion | readonly ZimRegion[] | undefined;
  /** Other servers instead of a region, such as a sandbox: `https`, or `http` on loopback. */
  readonly baseUrl?: string | readonly string[] | undefined;
  /** The longest time of one request with the body of its reply, in milliseconds. Default: 5000. */
  readonly requestTimeoutMs?: number | undefined;
  /** The longest time of a call with its waits and repeated requests, in milliseconds. Default: 10000. */
  readonly deadlineMs?: number | undefined;
  /** How requests are repeated, such as `standardRetry` (the default), `noRetry` and `persistentRetry`. */
  readonly retry?: ZimRetryPolicy | undefined;
  /**
   * What to do if it is unknown whether a request took effect. `throw`: an error with the outcome `unknown`.
   * `retry`: it is sent again, and **phones may ring twice**, in two calls. Accepting, rejecting, registering and
   * querying are always sent again, because doing them twice does no harm. Default: `throw`.
   */
  readonly onUnknown?: ZimOnUnknown | undefined;
  /**
   * The result of accepting or rejecting if the reply was lost, the request was sent again, ZIM says that the call has
   * ended (660900005), and no callback reports how the callee answered: ZIM's pages do not say. `unknown`: an error
   * with that outcome. `done`: the answer itself ended the call. Default: `unknown`.
   */
  readonly endedAfterLostAnswer?: 'unknown' | 'done' | undefined;
  /**
   * Finds out from ZIM's callbacks whether an invite without a reply rings: each invite carries a correlation id in its
   * `extendedData`, which your apps have to remove. Needs `callbacks`. Default: off.
   */
  readonly correlation?: ZimCorrelationOptions | undefined;
  /**
   * How long an `idempotencyKey` is stored, in milliseconds; 60000 to 604800000. Default: 86400000, a day. Without
   * {@link ZimCallOptions.redisUrl} it is lost when the process ends.
   */
  readonly idempotencyLifeMs?: number | undefined;
  /**
   * The number of keys that are stored without Redis, 100 to 10000000; more calls with a new key are not sent.
   * Default: 100000, a day of one invite per second; they take 54 MB, or 94 MB if each has nine callees.
   */
  readonly idempotencyMaxKeys?: number | undefined;
  /** The callees of one invite, if ZEGO's support has raised it. Default: 9. */
  readonly maxCallees?: number | undefined;
  /** Default: `2.0`. Any other version needs a signer in {@link ZimCallOptions.signers}. */
  readonly signatureVersion?: string | undefined;
  /** Signing algorithms by SignatureVersion, for versions that are not built in. */
  readonly signers?: Readonly<Record<string, ZimRequestSigner>> | undefined;
  /**
   * An agent for https, such as one of `https-proxy-agent` to go through a proxy; you close it. The environment's
   * proxy variables are ignored. Default: a keep-alive agent.
   */
  readonly httpsAgent?: Agent | undefined;
  /** Default: callbacks are not received. */
  readonly callbacks?: ZimCallbackOptions | undefined;
  /**
   * Whether the events of calls are stored without `callbacks` too, so that `CallOutcomeService` can be used with what
   * your own clients report by `record()`. With `callbacks`, it changes nothing. Default: false.
   */
  readonly clientReports?: boolean | undefined;
  /**
   * A Redis, such as `redis://127.0.0.1:6379`, `rediss://…` or `unix:///path`, or the nodes of a Redis Cluster.
   * Through it all instances share ZIM's quota, idempotency keys, handled callbacks and the events of calls. Needs the
   * package `ioredis`. Default: nothing is shared.
   */
  readonly redisUrl?: string | readonly string[] | undefined;
  /**
   * Refuses to start unless Redis reports the `maxmemory-policy` `noeviction`: a Redis that evicts keys loses
   * idempotency keys, and phones ring twice. Redis must then answer at boot and allow `INFO` or `CONFIG GET`.
   * Default: false; an evicting Redis is reported as an error in the log and in the health indicator.
   */
  readonly requireNoEviction?: boolean | undefined;
  /** How calls wait for ZIM's quota. */
  readonly rateLimit?: ZimRateLimitOptions | undefined;
}

export const zimCallDefaults = {
  requestTimeoutMs: 5_000,
  deadlineMs: 10_000,
  retry: standardRetry,
  onUnknown: 'throw',
  endedAfterLostAnswer: 'unknown',
  idempotencyLifeMs: 24 * 3_600_000,
  idempotencyMaxKeys: 100_000,
  maxCallees: zimLimits.callees,
  signatureVersion: '2.0',
  signers: {},
  requireNoEviction: false,
  clientReports: false,
} satisfies Partial<ZimCallOptions>;

export type DefaultedOptions = Required<Pick<ZimCallOptions, keyof typeof zimCallDefaults>>;

export type ResolvedRateLimitOptions = Readonly<Required<ZimRateLimitOptions>>;

/** The options after checks, with defaults. Secrets and Redis URLs are functions, so that printing does not show them. */
export interface ResolvedOptions extends DefaultedOptions {
  readonly appId: number;
  readonly serverSecret: ZimSecretSource;
  readonly baseUrls: readonly [string, ...string[]];
  readonly correlation?: Readonly<Required<ZimCorrelationOptions>>;
  readonly httpsAgent?: Agent;
  readonly callbacks?: Required<Omit<ZimCallbackOptions, 'secret'>> & {
    readonly secret: ZimSecretSource;
  };
  readonly redisUrl?: () => string | readonly string[];
  readonly rateLimit: ResolvedRateLimitOptions;
  /** Whether the events of calls are stored: something must report them. */
  readonly storesCallEvents: boolean;
}

export const RESOLVED_OPTIONS = Symbol('RESOLVED_OPTIONS');
