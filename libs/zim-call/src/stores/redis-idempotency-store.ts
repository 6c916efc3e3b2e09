import { Logger } from '@nestjs/common';
import type { IdempotencyClaim, IdempotencyStore, WantedKey } from './idempotency-store.js';
import {
  claimScript,
  type IdempotencyReply,
  releaseSource,
  settleScript,
} from './idempotency-scripts.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import { runScript } from '../redis/redis-script.js';

const cause = 'Redis lost an idempotency key while its call was under way';
const advice =
  'keys are lost by eviction (set maxmemory-policy to noeviction), by FLUSHALL, or by a failover';

/** For all instances of a backend. While Redis is away, no key can be claimed. */
export class RedisIdempotencyStore implements IdempotencyStore {
  private readonly logger = new Logger('ZimRedis');

  constructor(
    private readonly link: RedisConnection,
    private readonly prefix: string,
    private readonly lifeMs: number,
  ) {}

  async claim(wanted: WantedKey, leaseMs: number, isKnown = false): Promise<IdempotencyClaim> {
    const { key, fingerprint, token } = wanted;
    const wholeLeaseMs = Math.ceil(leaseMs);
    // Forgotten while its call is under way, the key would let another one ring.
    const lifeMs = Math.max(this.lifeMs, wholeLeaseMs);
    const args = [fingerprint, token, wholeLeaseMs, lifeMs, isKnown ? 'known' : ''];
    try {
      return readClaim(
        await this.link.run((redis) => runScript(redis, claimScript, [this.prefix + key], args)),
      );
    } catch (error) {
      // Redis may have taken the claim, or take it yet: nobody would make that call, and nobody else could.
      void this.release(wanted);
      throw error;
    }
  }

  async settle({ key, fingerprint, token }: WantedKey, end: string): Promise<void> {
    const args = [fingerprint, token, end, this.lifeMs];
    const reply = await this.link.ask(
      (redis) => runScript(redis, settleScript, [this.prefix + key], args),
      () => undefined,
    );
    if (reply === ('restored' satisfies IdempotencyReply)) {
      this.logger.warn(`${cause}; its result is stored again. Such ${advice}`);
    } else if (reply === ('taken' satisfies IdempotencyReply)) {
      this.logger.error(
        `${cause}, and another call was made with it: phones may have rung twice. Such ${advice}`,
      );
    }
  }

  async release({ key, token }: WantedKey): Promise<void> {
    await this.link.ask<unknown>(
      // By its text: where Redis is slow, nobody is there any more to give it to a Redis that knows only digests.
      (redis) => redis.eval(releaseSource, 1, this.prefix + key, token),
      () => undefined,
    );
  }
}

function readClaim(reply: unknown): IdempotencyClaim {
  const [state, end] = Array.isArray(reply) ? reply.map(String) : [];
  if (state === 'ended' && end !== undefined) return { state, end };
  const known = states.find((name) => name === state);
  if (known !== undefined) return { state: known };
  throw new Error('Redis gave no answer that can be used.');
}

const states = ['new', 'running', 'other', 'lost', 'forgotten', 'unreadable'] as const;
