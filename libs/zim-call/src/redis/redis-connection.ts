import type { Cluster, Redis } from 'ioredis';
import { systemRuntime, type Timers } from '../time/runtime.js';
import { answerInTime, startLimit } from './answer-in-time.js';
import { RedisFaults } from './redis-faults.js';

/** A command may take this long; then the instance goes on by itself. */
const commandLimitMs = 500;
/** From the open connection until Redis takes commands. */
const handshakeLimitMs = 1_000;
const longestReconnectMs = 500;

/** One Redis, or a cluster. */
export type RedisClient = Redis | Cluster;

interface AskingOptions {
  readonly limitMs?: number;
  /** Called when an answer comes after all. */
  readonly onLateAnswer?: () => void;
}

/**
 * A backend's connection to the Redis its instances share. While Redis is unavailable every command fails at once
 * or after half a second. Its fields are private to the language: what prints an object that holds a link prints
 * no password.
 */
export class RedisConnection {
  readonly #redis: RedisClient;
  readonly #faults: RedisFaults;
  readonly #timers: Timers;
  #endHandshake: () => void = () => undefined;

  private constructor(redis: RedisClient, faults: RedisFaults, timers: Timers) {
    this.#redis = redis;
    this.#faults = faults;
    this.#timers = timers;
    // Without a listener ioredis would print it.
    redis.on('error', (error: Error) => {
      faults.add(error);
    });
    redis.on('ready', () => {
      this.#endHandshake();
      faults.clear();
      // A process that has nothing else to do may end; questions that are asked keep it by their time limits.
      if ('stream' in redis) redis.stream.unref();
    });
    redis.on('connect', () => {
      this.#endHandshake();
      this.#endHandshake = startLimit(timers, handshakeLimitMs, () => {
        redis.disconnect(true);
      });
    });
    redis.on('close', () => {
      this.#endHandshake();
    });
  }

  /** @throws Error if the package `ioredis` is not installed */
  static async open(
    url: string | readonly string[],
    timers: Timers = systemRuntime,
  ): Promise<RedisConnection> {
    const ioredis = await import('ioredis').catch(() => {
      throw new Error('redisUrl needs the package ioredis: npm install ioredis');
    });
    const faults = new RedisFaults(url, timers);
    const reconnectOnError = (error: Error) => faults.isWrongServer(error);
    const redis =
      typeof url === 'string'
        ? new ioredis.Redis(withoutUnixScheme(url), {
            ...{ ...connectionOptions, ...lazy, retryStrategy, reconnectOnError },
          })
        : new ioredis.Cluster([...url], {
            ...lazy,
            clusterRetryStrategy: retryStrategy,
            redisOptions: { ...connectionOptions, ...credentialsOf(url[0]) },
          });
    const link = new RedisConnection(redis, faults, timers);
    await link.firstTry();
    return link;
  }

  get redis(): RedisClient {
    return this.#redis;
  }

  /** Why Redis is unavailable, as far as it is known. */
  get fault(): string | undefined {
    return this.#faults.last;
  }

  /**
   * What a command gives.
   * @throws Error if Redis is unavailable or gives no answer in time; says why, without a password
   */
  async run<T>(
    command: (redis: RedisClient) => Promise<T>,
    { limitMs = commandLimitMs, onLateAnswer }: AskingOptions = {},
  ): Promise<T> {
    const answer = command(this.#redis);
    return answerInTime(answer, this.#timers, limitMs, onLateAnswer).catch((error: unknown) => {
      const fault = this.#redis.status === 'ready' ? undefined : this.fault;
      throw new Error(fault ?? this.#faults.describe(error));
    });
  }

  /** What a command gives, or what `otherwise` gives while Redis is unavailable. */
  async ask<T>(
    command: (redis: RedisClient) => Promise<T>,
    otherwise: () => Promise<T> | T,
  ): Promise<T> {
    try {
      return await this.run(command);
    } catch {
      return otherwise();
    }
  }

  /** Connects again, to whatever the address leads to by now. */
  reconnect(): void {
    if (this.#redis.status === 'ready') this.#redis.disconnect(true);
  }

  close(): void {
    this.#redis.disconnect();
  }

  /** A backend starts without its Redis, too; the connection goes on being tried. */
  private async firstTry(): Promise<void> {
    const tried = new Promise<void>((resolve) => {
      for (const event of ['ready', 'close', 'end']) {
        this.#redis.once(event, () => {
          resolve();
        });
      }
    });
    this.#redis.connect().catch(() => undefined);
    await tried;
  }
}

const lazy = { enableOfflineQueue: false, lazyConnect: true };

const connectionOptions = {
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A connection that cannot even be ended keeps no process alive.
  disconnectTimeout: 100,
  // Who has subscribed does so again, and is told when that fails; ioredis would leave its failure to nobody.
  autoResubscribe: false,
};

const retryStrategy = (attempt: number) => Math.min(attempt * 50, longestReconnectMs);

/** ioredis takes a path for a socket. */
function withoutUnixScheme(url: string): string {
  return url.startsWith('unix://') ? url.slice('unix://'.length) : url;
}

/** The nodes that a cluster names itself are reached as the first that was given. */
function credentialsOf(node = ''): { username?: string; password?: string; tls?: object } {
  const { username, password, protocol } = new URL(node);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
    ...(protocol === 'rediss:' && { tls: {} }),
  };
}
