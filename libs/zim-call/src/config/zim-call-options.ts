import type { Agent } from 'node:http';
import type { ZimRegion, ZimRequestSigner } from 'zim-protocol';
import type { ZimOnUnknown } from './request-options.js';

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

/** Gives the current value of a secret. */
export type ZimSecretSource = () => string | Promise<string>;

/** The ServerSecret, or a function that gives the current one: it is asked anew for each request. */
export type ZimServerSecret = string | ZimSecretSource;

/** The way in for ZIM's callbacks. */
export interface ZimCallbackOptions {
  /** Where ZIM delivers, as configured in ZEGO's console: `/zim/callbacks`. A global prefix is not added. */
  readonly path: string;
  /** The CallbackSecret of ZEGO's console, which is not the ServerSecret; or a function that gives it. */
  readonly secret: ZimServerSecret;
  /** How far a callback's timestamp may be from this machine's clock, either way. Default: 300. */
  readonly toleranceSeconds?: number;
  /**
   * What follows when a callback has the nonce and timestamp of another within the tolerance, but another content:
   * somebody may have forged it, for ZIM's signature covers only those two, or ZIM's six digits came twice in a
   * second. `log`: it is accepted, counted and logged. `refuse`: it is answered 401. Default: `log`.
   */
  readonly onReusedNonce?: 'log' | 'refuse';
}

/** How requests wait for ZIM's quota. */
export interface ZimRateLimitOptions {
  /** Requests that ZIM allows in a window, where its support has raised it. Default: 20. */
  readonly limit?: number;
  /** The window, in milliseconds. Default: 1000. */
  readonly windowMs?: number;
  /**
   * Whether each operation has a quota of its own, or all share one: ZIM's pages do not say. Default: `action`.
   */
  readonly scope?: 'action' | 'app';
  /** Calls that may wait in this instance for one quota, the last fifth for urgent ones alone. Default: 5000. */
  readonly maxQueued?: number;
  /** What they may hold, in bytes of their requests. Default: 16777216. */
  readonly maxQueuedBytes?: number;
  /**
   * How long a closing module lets waiting calls leave and waits for ZIM's answers; what has not left by then is
   * `not-sent`. Default: 5000.
   */
  readonly drainMs?: number;
  /**
   * What an instance sends while Redis is unavailable. `degrade`: its part of four fifths of the quota, by the number
   * of instances last seen. `closed`: nothing. `open`: the whole quota, as if there were no other instance.
   * Default: `degrade`.
   */
  readonly whenRedisIsUnavailable?: 'degrade' | 'closed' | 'open';
}

/** How invites are recognised in callbacks. */
export interface ZimCorrelationOptions {
  /**
   * How long an invite without a reply waits for its `call_create`, in milliseconds, never beyond its deadline;
   * 1 to 60000. Default: 3000.
   */
  readonly windowMs?: number;
}

/** What a user configures. Checked once, at boot: all problems are reported together. */
export interface ZimCallOptions {
  /** The AppID of ZEGO's console: an unsigned 32-bit number. */
  readonly appId: number;
  /** The ServerSecret of ZEGO's console. It never leaves this process. */
  readonly serverSecret: ZimServerSecret;
  /**
   * Which of ZIM's hosts to call; choose the region in which this backend runs. Of a list, the first is called;
   * while it cannot be reached at all, what has not been sent goes to the next. Default: `unified`.
   */
  readonly region?: ZimRegion | readonly ZimRegion[];
  /** Other servers in place of regions, as a sandbox. `https`, or `http` on loopback. */
  readonly baseUrl?: string | readonly string[];
  /** How long one request may take, the reply's body included. Default: 5000. */
  readonly requestTimeoutMs?: number;
  /** How long a whole call may take: waits and repeated requests included. Default: 10000. */
  readonly deadlineMs?: number;
  /** How often and how soon requests are repeated, as `standardRetry` (the default), `noRetry`, `persistentRetry`. */
  readonly retry?: ZimRetryPolicy;
  /**
   * What follows when nobody knows whether a request took effect. `throw`: an error with the outcome `unknown`.
   * `retry`: it is sent again, and **phones may ring twice**, in two calls. Accepting, rejecting, registering and
   * asking are sent again in any case, for twice is as good as once. Default: `throw`.
   */
  readonly onUnknown?: ZimOnUnknown;
  /**
   * What it means if accepting or rejecting is sent again after a lost reply, ZIM says that the call has ended
   * (660900005), and no callback tells how the callee answered: no page of ZIM's does. `unknown`: an error with that
   * outcome. `done`: the answer itself has ended the call. Default: `unknown`.
   */
  readonly endedAfterLostAnswer?: 'unknown' | 'done';
  /**
   * Lets ZIM's callbacks tell whether an invite without a reply rings: each invite carries a mark in its
   * `extendedData`, which your apps have to take off. Needs `callbacks`. Default: off.
   */
  readonly correlation?: ZimCorrelationOptions;
  /**
   * How long an `idempotencyKey` is remembered, in milliseconds; 60000 to 604800000. Default: 86400000, a day.
   * Without {@link ZimCallOptions.redisUrl} no longer than the process lives.
   */
  readonly idempotencyLifeMs?: number;
  /**
   * How many keys are remembered at the same time without a Redis, 100 to 10000000; then a call with a new key is not
   * sent. Default: 100000, a day of one invite per second; they take 54 MB, or 94 MB if each has nine callees.
   */
  readonly idempotencyMaxKeys?: number;
  /** Callees of one invite, where ZEGO's support has raised it. Default: 9. */
  readonly maxCallees?: number;
  /** Default: `2.0`. Any other version needs a signer in {@link ZimCallOptions.signers}. */
  readonly signatureVersion?: string;
  /** Signing algorithms by SignatureVersion, for versions this package does not ship. */
  readonly signers?: Readonly<Record<string, ZimRequestSigner>>;
  /**
   * An agent of your own for https, as one of `https-proxy-agent` to go through a proxy; you close it. Proxy
   * variables of the environment are ignored. Default: a keep-alive agent.
   */
  readonly httpsAgent?: Agent;
  /** Default: callbacks are not received. */
  readonly callbacks?: ZimCallbackOptions;
  /**
   * A Redis, as `redis://127.0.0.1:6379`, `rediss://…` or `unix:///path`, through which all instances of a
   * backend share ZIM's quota, which callbacks were handled, and how calls ended; of a Redis Cluster a list of
   * nodes. Needs the package `ioredis`. Default: each instance for itself.
   */
  readonly redisUrl?: string | readonly string[];
  /**
   * Refuses to start unless the Redis says that its `maxmemory-policy` is `noeviction`: a Redis that evicts keys
   * forgets idempotency keys, and phones ring twice. It then needs a Redis that answers at boot and allows `INFO` or
   * `CONFIG GET`. Default: false; an evicting Redis is reported as an error in the log and in the health indicator.
   */
  readonly requireNoEviction?: boolean;
  /** How requests wait for ZIM's quota. */
  readonly rateLimit?: ZimRateLimitOptions;
}

export type ResolvedRateLimitOptions = Readonly<Required<ZimRateLimitOptions>>;

/** Options whose defaults are values. */
export type DefaultedOptions = Readonly<
  Required<
    Pick<
      ZimCallOptions,
      | 'requestTimeoutMs'
      | 'deadlineMs'
      | 'retry'
      | 'onUnknown'
      | 'endedAfterLostAnswer'
      | 'idempotencyLifeMs'
      | 'idempotencyMaxKeys'
      | 'maxCallees'
      | 'signatureVersion'
      | 'signers'
      | 'requireNoEviction'
    >
  >
>;

/** The options after checks, with defaults. Secrets and Redis URLs are functions, so that printing does not show them. */
export interface ResolvedZimCallOptions extends DefaultedOptions {
  readonly appId: number;
  readonly serverSecret: ZimSecretSource;
  /** The origins to call, in the order of preference. */
  readonly baseUrls: readonly [string, ...string[]];
  readonly correlation?: Readonly<Required<ZimCorrelationOptions>>;
  readonly httpsAgent?: Agent;
  readonly callbacks?: Required<Omit<ZimCallbackOptions, 'secret'>> & {
    readonly secret: ZimSecretSource;
  };
  /** One Redis, or some nodes of a cluster. */
  readonly redisUrl?: () => string | readonly string[];
  readonly rateLimit: ResolvedRateLimitOptions;
}

/** The token of {@link ResolvedZimCallOptions}. */
export const RESOLVED_ZIM_CALL_OPTIONS = Symbol('RESOLVED_ZIM_CALL_OPTIONS');
