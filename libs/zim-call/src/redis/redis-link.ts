import type { Cluster, Redis } from 'ioredis';

/** A command may take this long; then the instance goes on by itself. */
const commandTimeoutMs = 500;
const longestReconnectMs = 500;

/** One Redis, or a cluster. */
export type RedisClient = Redis | Cluster;

/**
 * A backend's connection to the Redis its instances share. While Redis is away every command fails at once
 * or after half a second.
 */
export class RedisLink {
  private constructor(readonly redis: RedisClient) {
    // Whoever asks learns of it; without a listener ioredis would print it.
    redis.on('error', () => undefined);
    // A process that has nothing else to do may end; questions that are asked keep it by their time limits.
    redis.on('ready', () => {
      if ('stream' in redis) redis.stream.unref();
    });
  }

  /** @throws Error if the package `ioredis` is not installed */
  static async open(url: string | readonly string[]): Promise<RedisLink> {
    const ioredis = await import('ioredis').catch(() => {
      throw new Error('redisUrl needs the package ioredis: npm install ioredis');
    });
    const redis =
      typeof url === 'string'
        ? new ioredis.Redis(withoutUnixScheme(url), { ...commandOptions, ...reconnecting, ...lazy })
        : new ioredis.Cluster([...url], {
            ...lazy,
            clusterRetryStrategy: reconnecting.retryStrategy,
            redisOptions: { ...commandOptions, ...credentialsOf(url[0]) },
          });
    const link = new RedisLink(redis);
    await firstTry(redis);
    return link;
  }

  /** What a command gives, or what `otherwise` gives while Redis is away. */
  async ask<T>(
    command: (redis: RedisClient) => Promise<T>,
    otherwise: () => Promise<T> | T,
  ): Promise<T> {
    try {
      return await command(this.redis);
    } catch {
      return otherwise();
    }
  }

  close(): void {
    this.redis.disconnect();
  }
}

/** A backend starts without its Redis, too; the connection goes on being tried. */
async function firstTry(redis: RedisClient): Promise<void> {
  const tried = new Promise<void>((resolve) => {
    for (const event of ['ready', 'close', 'end']) {
      redis.once(event, () => {
        resolve();
      });
    }
  });
  redis.connect().catch(() => undefined);
  await tried;
}

const lazy = { enableOfflineQueue: false, lazyConnect: true };

const commandOptions = {
  maxRetriesPerRequest: 0,
  connectTimeout: 2_000,
  // A connection that cannot even be ended keeps no process alive.
  disconnectTimeout: 100,
  commandTimeout: commandTimeoutMs,
  // Who has subscribed does so again, and is told when that fails; ioredis would leave its failure to nobody.
  autoResubscribe: false,
};

const reconnecting = {
  retryStrategy: (attempt: number) => Math.min(attempt * 50, longestReconnectMs),
};

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
