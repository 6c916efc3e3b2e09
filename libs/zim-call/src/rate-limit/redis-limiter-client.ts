import { type RedisConnection, runScript } from '../redis/redis-connection.js';
import { AdaptiveTimeout } from '../redis/time-limits.js';
import { RemoteClock } from '../time/remote-clock.js';
import type { ZimTimers } from '../time/runtime.js';
import { limiterScript, silentInstanceMs } from './redis-limiter-script.js';

/** Redis runs no request that reaches it this long after its reply is no longer waited for. */
const lateRequestMs = 50;

/** Redis gave no reply in time, or none that can be used. */
export class RedisUnavailableError extends Error {}

export interface LimiterReply {
  readonly kind: string;
  /** The window's id, then what belongs to the kind. */
  readonly rest: readonly string[];
}

/** Runs the script in bounded time. Learns from each reply Redis's time, and how many instances there are. */
export class RedisLimiterClient {
  readonly clock = new RemoteClock();
  roundTrips = 0;
  /** Instances seen, this one among them. A Redis that comes back empty sees only some of them at first. */
  instances = 1;
  onLateReply?: () => void;
  private readonly timeout = new AdaptiveTimeout();
  private countedAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly connection: RedisConnection,
    private readonly timers: ZimTimers,
    /** The name of this process among the instances. */
    readonly instance: string,
  ) {}

  /** The latest time at which Redis runs a request that is sent now. */
  get runsByMs(): number {
    const nowMs = this.timers.monotonicMs();
    return nowMs + this.timeout.limitMs + lateRequestMs + this.clock.uncertaintyMs(nowMs);
  }

  /**
   * @param keys - those of the slots, of the window's own fields, and of the instances
   * @param args - the window id that is known, then the arguments of the operation
   * @throws RedisUnavailableError
   */
  async run(
    operation: string,
    keys: readonly string[],
    [known = '', ...args]: readonly (string | number)[] = [],
  ): Promise<LimiterReply> {
    const sentMs = this.timers.monotonicMs();
    const isProbe = operation === 'probe';
    const limitMs = isProbe ? this.timeout.probeLimitMs : this.timeout.limitMs;
    const runBy = this.clock.toRemote(sentMs + limitMs + lateRequestMs)?.toFixed(3) ?? '';
    this.roundTrips++;
    const allArgs = [operation, this.instance, known, runBy, ...args];
    const onLateAnswer = () => {
      this.timeout.learn(this.timers.monotonicMs() - sentMs);
      // A late reply to a probe is no sign that Redis is back, or a slow Redis would be probed for ever.
      if (!isProbe) this.onLateReply?.();
    };
    const reply = await this.connection
      .run((redis) => runScript(redis, limiterScript, keys, allArgs), limitMs, onLateAnswer)
      .catch((error: unknown) => {
        throw new RedisUnavailableError(error instanceof Error ? error.message : 'no reply');
      });
    const [kind, remoteMs, count, ...rest] = Array.isArray(reply) ? reply.map(String) : [];
    if (kind === undefined || !Number.isFinite(Number(remoteMs))) {
      throw new RedisUnavailableError('Redis sent an unreadable reply');
    }
    const receivedMs = this.timers.monotonicMs();
    this.clock.learn(sentMs, receivedMs, Number(remoteMs));
    this.timeout.learn(receivedMs - sentMs);
    const isOutdated = receivedMs - this.countedAtMs > silentInstanceMs;
    if (count !== undefined && (isOutdated || Number(count) >= this.instances)) {
      this.instances = Number(count);
      this.countedAtMs = receivedMs;
    }
    return { kind, rest };
  }
}
