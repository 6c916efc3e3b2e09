import type { PacingTimers } from '../pacing/quota-pacer.js';
import type { RedisLink } from './redis-link.js';
import { runScript } from './redis-script.js';
import { RemoteClock } from './remote-clock.js';
import { ringScript } from './ring-script.js';

/** Who waits for a slot waits no longer for Redis. */
const answerMs = 100;

/** Redis gave no answer in time, or none that can be used. */
export class RedisAwayError extends Error {}

/** What the script says. */
export interface RingReply {
  readonly kind: string;
  /** The rest: ring id, then what belongs to the kind. */
  readonly rest: readonly string[];
}

/** Asks the script, with bounded waiting, and learns Redis's time and who is there from each answer. */
export class RingClient {
  readonly clock = new RemoteClock();
  /** Instances seen, this one among them. */
  instances = 1;
  roundTrips = 0;
  /** Told when an answer comes that nobody waited for any more. */
  onLateAnswer?: () => void;

  constructor(
    private readonly link: RedisLink,
    private readonly timers: PacingTimers,
    /** What names this process among the instances. */
    readonly instance: string,
  ) {}

  /** @throws RedisAwayError */
  async ask(
    operation: string,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<RingReply> {
    const sentMs = this.timers.monotonicMs();
    const expected = this.clock.toRemote(sentMs)?.toFixed(3) ?? '';
    const [known = '', ...more] = args;
    this.roundTrips++;
    const answer = await this.inTime(
      runScript(this.link.redis, ringScript, keys, [
        operation,
        this.instance,
        known,
        expected,
        ...more,
      ]),
      // A late answer to the probe itself is no sign: it would probe a slow Redis for ever.
      operation === 'hello' ? undefined : this.onLateAnswer,
    );
    const [kind, nowMs, instances, ...rest] = readTexts(answer);
    if (kind === undefined || !Number.isFinite(Number(nowMs))) {
      throw new RedisAwayError('Redis answered something unreadable');
    }
    this.clock.learn(sentMs, this.timers.monotonicMs(), Number(nowMs));
    if (instances !== undefined) this.instances = Math.max(1, Number(instances));
    return { kind, rest };
  }

  private async inTime(answer: Promise<unknown>, onLate?: () => void): Promise<unknown> {
    let cancel: () => void = () => undefined;
    let late = false;
    const limit = new Promise<never>((_, reject) => {
      const giveUp = () => {
        late = true;
        reject(new RedisAwayError(`no answer within ${answerMs} ms`));
      };
      // A process that stood still first reads what has come meanwhile.
      cancel = this.timers.setTimer(answerMs, () => (cancel = this.timers.setTimer(1, giveUp)));
    });
    const watched = answer.then(
      (value) => {
        if (late) onLate?.();
        return value;
      },
      (error: unknown) => {
        throw new RedisAwayError(error instanceof Error ? error.message : 'a command failed');
      },
    );
    try {
      return await Promise.race([watched, limit]);
    } finally {
      cancel();
    }
  }
}

function readTexts(answer: unknown): string[] {
  return Array.isArray(answer) ? answer.map(String) : [];
}
