import type { Agent } from 'node:http';
import type { ZimRegion, ZimRequestSigner } from 'zim-protocol';

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
}

/** What a user configures. Checked once, at boot: all problems are reported together. */
export interface ZimCallOptions {
  /** The AppID of ZEGO's console: an unsigned 32-bit number. */
  readonly appId: number;
  /** The ServerSecret of ZEGO's console. It never leaves this process. */
  readonly serverSecret: ZimServerSecret;
  /** Which of ZIM's hosts to call; choose the region in which this backend runs. Default: `unified`. */
  readonly region?: ZimRegion;
  /** Another server in place of a region, as a sandbox. `https`, or `http` on loopback. */
  readonly baseUrl?: string;
  /** How long one request may take, the reply's body included. Default: 5000. */
  readonly requestTimeoutMs?: number;
  /** How long a whole call may take: waits and repeated requests included. Default: 10000. */
  readonly deadlineMs?: number;
  /** How many requests one call may make; only what certainly did not happen is repeated. Default: 3. */
  readonly maxAttempts?: number;
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
   * A Redis, as `redis://127.0.0.1:6379`, through which all instances of a backend share which callbacks
   * were handled and how calls ended. Needs the package `ioredis`. Default: each instance for itself.
   */
  readonly redisUrl?: string;
}

/** The options after defaults and checks. */
export interface ResolvedZimCallOptions {
  readonly appId: number;
  /** Always a function, so that nothing which prints the options prints the secret. */
  readonly serverSecret: ZimSecretSource;
  readonly baseUrl: string;
  readonly requestTimeoutMs: number;
  readonly deadlineMs: number;
  readonly maxAttempts: number;
  readonly maxCallees: number;
  readonly signatureVersion: string;
  readonly signers: Readonly<Record<string, ZimRequestSigner>>;
  readonly httpsAgent?: Agent;
  readonly callbacks?: Required<Omit<ZimCallbackOptions, 'secret'>> & {
    readonly secret: ZimSecretSource;
  };
  readonly redisUrl?: string;
}

/** The token of {@link ResolvedZimCallOptions}. */
export const RESOLVED_ZIM_CALL_OPTIONS = Symbol('RESOLVED_ZIM_CALL_OPTIONS');
