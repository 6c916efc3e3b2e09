import type { Timers } from '../time/runtime.js';
import { silentLifeMs } from './alone.js';
import { type RedisConnection, runScript } from '../redis/redis-connection.js';
import { AdaptiveTimeout } from '../redis/time-limits.js';
import { RemoteClock } from '../time/remote-clock.js';
import { limiterScript } from './redis-limiter-script.js';

/** Redis runs no question that reaches it this long after the time at which nobody waits for it any more. */
const lateQuestionMs = 50;

/** Redis gave no answer in time, or none that can be used. */
export class RedisUnavailableError extends Error {}

/** What the script says. */
export interface LimiterReply {
  readonly kind: string;
  /** The rest: ring id, then what belongs to the kind. */
  readonly rest: readonly string[];
}

/** Asks the script, with bounded waiting, and learns Redis's time and who is there from each answer. */
export class RedisLimiterClient {
  readonly clock = new RemoteClock();
  roundTrips = 0;
  /** Told when an answer comes that nobody waited for any more. */
  onLateAnswer?: () => void;
  private readonly timeout = new AdaptiveTimeout();
  private counted = { instances: 1, atMs: Number.NEGATIVE_INFINITY };

  constructor(
    private readonly link: RedisConnection,
    private readonly timers: Timers,
    /** What names this process among the instances. */
    readonly instance: string,
  ) {}

  /** Instances seen, this one among them. A Redis that comes back empty sees only some of them at first. */
  get instances(): number {
    return this.counted.instances;
  }

  /** The latest time at which Redis runs what is asked now. */
  get runsByMs(): number {
    const nowMs = this.timers.monotonicMs();
    const { limitMs } = this.timeout;
    return nowMs + limitMs + lateQuestionMs + this.clock.uncertaintyMs(nowMs);
  }

  /** @throws RedisUnavailableError */
  async ask(
    operation: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<LimiterReply> {
    const sentMs = this.timers.monotonicMs();
    const isLook = operation === 'look';
    const limitMs = isLook ? this.timeout.probeLimitMs : this.timeout.limitMs;
    const runBy = this.clock.toRemote(sentMs + limitMs + lateQuestionMs)?.toFixed(3) ?? '';
    const [known = '', ...more] = args;
    this.roundTrips++;
    const asked = [operation, this.instance, known, runBy, ...more];
    const answer = await this.run(keys, asked, limitMs, () => {
      this.timeout.learn(this.timers.monotonicMs() - sentMs);
      // A late answer to the probe itself is no sign: it would probe a slow Redis for ever.
      if (!isLook) this.onLateAnswer?.();
    });
    const [kind, nowMs, instances, ...rest] = readTexts(answer);
    if (kind === undefined || !Number.isFinite(Number(nowMs))) {
      throw new RedisUnavailableError('Redis answered something unreadable');
    }
    const receivedMs = this.timers.monotonicMs();
    this.clock.learn(sentMs, receivedMs, Number(nowMs));
    this.timeout.learn(receivedMs - sentMs);
    if (instances !== undefined) this.count(Number(instances), receivedMs);
    return { kind, rest };
  }

  private count(instances: number, atMs: number): void {
    const isForgotten = atMs - this.counted.atMs > silentLifeMs;
    if (instances >= this.counted.instances || isForgotten) this.counted = { instances, atMs };
  }

  private async run(
    keys: readonly string[],
    args: readonly (string | number)[],
    limitMs: number,
    onLateAnswer: () => void,
  ): Promise<unknown> {
    try {
      return await this.link.run((redis) => runScript(redis, limiterScript, keys, args), {
        limitMs,
        onLateAnswer,
      });
    } catch (error) {
      throw new RedisUnavailableError(error instanceof Error ? error.message : 'a command failed');
    }
  }
}

function readTexts(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
