import type * as ioredis from 'ioredis';
import { createHash } from 'node:crypto';
import { systemRuntime, type ZimTimers } from '../time/runtime.js';
import { answerWithin, startLimit } from './time-limits.js';

/** How long a command may take; then the instance goes on without its answer. */
const commandLimitMs = 500;
/** From the open connection until Redis takes commands. */
const handshakeLimitMs = 1_000;
const reconnectMs = 500;
/**
 * What a Redis answers that has become a replica, that lost its primary, or that loads its data. Another server may
 * have the same address by now.
 */
const wrongServer = /\b(READONLY|MASTERDOWN|LOADING)\b/;

export type RedisClient = ioredis.Redis | ioredis.Cluster;

/**
 * A backend's connection to the Redis that its instances share. While Redis is unavailable, every command fails at
 * once or after half a second.
 */
export class RedisConnection {
  /** Why Redis is unavailable, as far as it is known; without a password. */
  fault?: string;
  /** Functions, so that an object that holds a connection can be printed without the passwords. */
  private readonly client: () => RedisClient;
  private readonly redact: (text: string) => string;
  private endHandshake: () => void = () => undefined;
  private reconnectedAtMs = Number.NEGATIVE_INFINITY;

  private constructor(
    { Cluster, Redis }: typeof ioredis,
    url: string | readonly string[],
    private readonly timers: ZimTimers,
  ) {
    const passwords = [url].flat().flatMap(passwordsIn);
    this.redact = (text) =>
      passwords.reduce((redacted, password) => redacted.replaceAll(password, '***'), text);
    const reconnectOnError = this.isWrongServer.bind(this);
    const redis =
      typeof url === 'string'
        ? // ioredis takes a path for a socket.
          new Redis(url.replace(/^unix:\/\//, ''), {
            ...connectionOptions,
            ...lazy,
            retryStrategy,
            reconnectOnError,
          })
        : new Cluster([...url], {
            ...lazy,
            clusterRetryStrategy: retryStrategy,
            redisOptions: { ...connectionOptions, ...credentialsOf(url[0]) },
          });
    this.client = () => redis;
    // Without a listener ioredis would print it.
    redis.on('error', (error: Error) => {
      this.fault = this.describe(error);
    });
    redis.on('ready', () => {
      this.endHandshake();
      this.fault = undefined;
      // An idle connection keeps no process alive; commands under way do so by their time limits.
      if ('stream' in redis) redis.stream.unref();
    });
    redis.on('connect', () => {
      this.endHandshake();
      this.endHandshake = startLimit(timers, handshakeLimitMs, () => {
        redis.disconnect(true);
      });
    });
    redis.on('close', () => {
      this.endHandshake();
    });
  }

  /** @throws Error if the package `ioredis` is not installed */
  static async open(
    url: string | readonly string[],
    timers: ZimTimers = systemRuntime,
  ): Promise<RedisConnection> {
    const connection = new RedisConnection(await loadIoredis(), url, timers);
    await connection.firstAttempt();
    return connection;
  }

  get redis(): RedisClient {
    return this.client();
  }

  /**
   * Resolves with what a command gives.
   * @param onLateAnswer - called when the answer comes after the limit
   * @throws Error if Redis is unavailable or does not answer within the limit; says why, without a password
   */
  async run<T>(
    command: (redis: RedisClient) => Promise<T>,
    limitMs = commandLimitMs,
    onLateAnswer?: () => void,
  ): Promise<T> {
    const answer = command(this.redis);
    return answerWithin(answer, this.timers, limitMs, onLateAnswer).catch((error: unknown) => {
      const fault = this.redis.status === 'ready' ? undefined : this.fault;
      throw new Error(fault ?? this.describe(error));
    });
  }

  /** Resolves with what a command gives; with `undefined` while Redis is unavailable. */
  async ask<T>(command: (redis: RedisClient) => Promise<T>): Promise<T | undefined> {
    return this.run(command).catch(() => undefined);
  }

  /** Connects again, to whatever server the address leads to by now. */
  reconnect(): void {
    if (this.redis.status === 'ready') this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }

  /** A backend starts without its Redis, too: after the first attempt, ioredis goes on trying. */
  private async firstAttempt(): Promise<void> {
    const attempt = new Promise<void>((resolve) => {
      for (const event of ['ready', 'close', 'end']) this.redis.once(event, resolve);
    });
    this.redis.connect().catch(() => undefined);
    await attempt;
  }

  /** Whether an answer shows that this connection leads to the wrong server, so that it is worth reconnecting now. */
  private isWrongServer(error: Error): boolean {
    const nowMs = this.timers.monotonicMs();
    const isRecent = nowMs - this.reconnectedAtMs < reconnectMs;
    if (isRecent || !wrongServer.test(error.message)) return false;
    this.reconnectedAtMs = nowMs;
    this.fault = this.describe(error);
    return true;
  }

  /** Returns only the message: ioredis keeps a failed command's arguments, such as AUTH's password, in its error. */
  private describe(error: unknown): string {
    const { message, code } = innermost(error);
    return this.redact(message === '' ? (code ?? 'the connection failed') : message);
  }
}

function innermost(error: unknown): { readonly message: string; readonly code?: string } {
  if (!(error instanceof Error)) return { message: '' };
  // A cluster says only that every node failed.
  if ('lastNodeError' in error && error.lastNodeError instanceof Error) return error.lastNodeError;
  return 'code' in error ? { message: error.message, code: String(error.code) } : error;
}

/** As they stand in the URL, and as they are sent. */
function passwordsIn(url: string): string[] {
  const { password, searchParams } = new URL(url);
  const given = [password, decodeURIComponent(password), searchParams.get('password') ?? ''];
  return given.filter((text) => text !== '');
}

export function redisScript(source: string) {
  return { source, sha1: createHash('sha1').update(source).digest('hex') };
}

/** Runs a script by its digest; a Redis that was restarted or flushed is given the text again. */
export async function runScript(
  redis: RedisClient,
  { source, sha1 }: ReturnType<typeof redisScript>,
  keys: readonly string[],
  args: readonly (string | number)[],
): Promise<unknown> {
  try {
    return await redis.evalsha(sha1, keys.length, ...keys, ...args);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return redis.eval(source, keys.length, ...keys, ...args);
  }
}

const lazy = { enableOfflineQueue: false, lazyConnect: true };

const connectionOptions = {
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A connection that cannot even be ended keeps no process alive.
  disconnectTimeout: 100,
  // The subscriber subscribes again itself and handles the failure, which ioredis would leave unhandled.
  autoResubscribe: false,
};

const retryStrategy = (attempt: number) => Math.min(attempt * 50, 500);

/** The credentials of the first given node serve for the nodes that the cluster names, too. */
function credentialsOf(node = ''): { username?: string; password?: string; tls?: object } {
  const { username, password, protocol } = new URL(node);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}

async function loadIoredis() {
  try {
    return await import('ioredis');
  } catch {
    throw new Error('redisUrl needs the package ioredis: npm install ioredis');
  }
}
