import type { RedisConnection } from '../redis/redis-connection.js';
import { type CallbackClaim, callbackLifeMs, type CallbackStore } from './callback-store.js';

/**
 * An instance that dies while it handles a callback holds its claim no longer than this: shorter than ZIM's
 * last wait (32 s), so that another instance handles the last delivery.
 */
const claimMs = 25_000;

/** A key holds the token of its claim, then `done`. */
const settleSource = `
local holder = redis.call('GET', KEYS[1])
if not holder or holder == ARGV[1] then redis.call('SET', KEYS[1], 'done', 'PX', ARGV[2]) end
`;

const releaseSource = `
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
`;

/** For all instances of a backend; while Redis is unavailable, each knows only what it has received itself. */
export class RedisCallbackStore implements CallbackStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly local: CallbackStore,
    private readonly prefix: string,
  ) {}

  async claim(key: string): Promise<CallbackClaim> {
    const claim = await this.local.claim(key);
    if (claim.state !== 'new') return claim;
    const { token } = claim;
    const holder = await this.setIfAbsent(this.keyOf(key), token, claimMs);
    if (holder === undefined || holder === token) return claim;
    if (holder === 'done') await this.local.settle(key, token, callbackLifeMs);
    else await this.local.release(key, token);
    return { state: holder === 'done' ? 'done' : 'busy' };
  }

  async settle(key: string, token: string, lifeMs: number): Promise<void> {
    await this.local.settle(key, token, lifeMs);
    await this.run(settleSource, key, token, lifeMs);
  }

  async release(key: string, token: string): Promise<void> {
    await this.local.release(key, token);
    await this.run(releaseSource, key, token);
  }

  async firstContent(nonce: string, content: string, lifeMs: number): Promise<string> {
    const shared = await this.setIfAbsent(`${this.prefix}nonce:${nonce}`, content, lifeMs);
    // Redis first: what comes to this instance first may be a forgery of what came to another one before.
    const here = await this.local.firstContent(nonce, shared ?? content, lifeMs);
    return shared ?? here;
  }

  /**
   * Returns what stands under the key then: `null` if another value stood there and has just expired, `undefined`
   * while Redis is unavailable.
   */
  private setIfAbsent(key: string, value: string, lifeMs: number) {
    // Two commands, for NX together with GET needs Redis 7.
    return this.connection.ask(async (redis) =>
      (await redis.set(key, value, 'PX', lifeMs, 'NX')) === 'OK' ? value : redis.get(key),
    );
  }

  private async run(source: string, key: string, ...args: (string | number)[]): Promise<void> {
    await this.connection.ask((redis) => redis.eval(source, 1, this.keyOf(key), ...args));
  }

  private keyOf(key: string): string {
    return `${this.prefix}callback:${key}`;
  }
}
