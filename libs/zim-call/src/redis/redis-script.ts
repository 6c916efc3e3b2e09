import type { RedisClient } from './redis-connection.js';

export interface RedisScript {
  readonly source: string;
  readonly sha1: string;
}

/** Runs a script by its digest; a Redis that was restarted or flushed is given the text again. */
export async function runScript(
  redis: RedisClient,
  { source, sha1 }: RedisScript,
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
