import { Logger } from '@nestjs/common';
import type * as bullmq from 'bullmq';
import type * as ioredis from 'ioredis';
import { ZimConfigError, ZimConnectionError } from 'nestjs-zim-call';
import { Subject } from 'rxjs';
import type { DispatchRuntime } from '../plan/dispatch-runtime.js';
import type { PlanEvent } from '../plan/ring-event.js';
import { planLimits, type PlanRecord } from '../plan/ring-plan.js';
import { readEvent, readRecord } from '../plan/stored-json.js';
import {
  type Creation,
  keepEndedMs,
  type PlanChange,
  type PlanDriver,
  type StoredPlan,
} from './plan-driver.js';
import { appendScript, createScript } from './redis-scripts.js';

/** How long a plan may be open after its deadline, at most. */
const spareMs = 86_400_000;
const longestLifeMs = planLimits.startAheadMs + planLimits.deadlineSeconds * 1000 + spareMs;

/** Looks at the same time: most of them wait for ZIM or its quota. */
const concurrency = 500;
/** How long a closing instance waits for its looks: longer than a request takes. */
const closeMs = 15_000;
/** When another instance takes the job of one that has died. */
const lockMs = { lockDuration: 5_000, stalledInterval: 2_500 };
/** A look that failed is repeated for as long as Redis has its plan: the plan decides what fails, not BullMQ. */
const jobOptions = {
  attempts: 1_000_000,
  backoff: { type: 'fixed', delay: 1_000 },
  removeOnComplete: true,
  removeOnFail: true,
} as const;

interface Modules {
  readonly bullmq: typeof bullmq;
  readonly ioredis: typeof ioredis;
}

export interface BullmqSettings {
  readonly redisUrl: string;
  readonly queueName: string;
  readonly maxOpenPlans: number;
}

/**
 * For plans that outlive a process, and for any number of instances. A job only says "look at this plan": running it
 * again does no harm, because each look decides from what is stored here.
 */
export class BullmqDriver implements PlanDriver {
  readonly changes = new Subject<PlanChange>();
  readonly lookEveryMs = 5_000;
  private readonly logger = new Logger('ZimDispatch');
  private readonly base: string;
  /** Functions, so that this provider can be printed without the URL's password. */
  private readonly redis: () => ioredis.Redis;
  private readonly subscriber: () => ioredis.Redis;
  private readonly queue: bullmq.Queue<{ readonly id: string }>;
  private readonly connect: (options: ioredis.RedisOptions) => ioredis.Redis;
  private worker?: { readonly jobs: bullmq.Worker; readonly redis: ioredis.Redis };
  private isFaulty = false;

  private constructor(
    private readonly modules: () => Modules,
    private readonly settings: Omit<BullmqSettings, 'redisUrl'>,
    redisUrl: string,
    private readonly runtime: DispatchRuntime,
  ) {
    this.base = `zim-dispatch:{${settings.queueName}}:`;
    this.connect = (options) => {
      const client = new (modules().ioredis.Redis)(redisUrl, options);
      client.on('error', (error: Error) => {
        this.reportFault(error);
      });
      client.on('ready', () => {
        this.isFaulty = false;
      });
      return client;
    };
    // A caller of ring() learns at once that Redis is unavailable.
    const client = this.connect({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      commandTimeout: 2_000,
    });
    const subscriber = this.connect({ enableOfflineQueue: false, autoResubscribe: false });
    this.redis = () => client;
    this.subscriber = () => subscriber;
    this.queue = new (modules().bullmq.Queue)(settings.queueName, {
      connection: client,
      prefix: this.base.slice(0, -1),
      skipMetasUpdate: true,
    });
    this.queue.on('error', (error) => {
      this.reportFault(error);
    });
  }

  /** @throws ZimConfigError if `bullmq` or `ioredis` is not installed */
  static async open(
    { redisUrl, ...settings }: BullmqSettings,
    runtime: DispatchRuntime,
  ): Promise<BullmqDriver> {
    const modules = await loadModules();
    const driver = new BullmqDriver(() => modules, settings, redisUrl, runtime);
    await Promise.all([driver.redis(), driver.subscriber()].map(firstAttempt));
    driver.listen();
    return driver;
  }

  async create(record: PlanRecord): Promise<Creation> {
    const { createdAtMs, deadlineAtMs, id } = record;
    const lifeMs = deadlineAtMs - createdAtMs + spareMs;
    const reply = await this.run((redis) =>
      redis.eval(
        createScript,
        ...[2, this.key('plan', id), this.key('open')],
        ...[id, JSON.stringify(record), createdAtMs, lifeMs, this.settings.maxOpenPlans],
        longestLifeMs,
      ),
    );
    const [state, known] = Array.isArray(reply) ? reply.map(String) : [];
    if (state === 'known') return { state, record: readRecord(known ?? '') };
    return state === 'full' ? { state } : { state: 'new' };
  }

  async load(id: string): Promise<StoredPlan | undefined> {
    const [json, events] = await this.run((redis) =>
      Promise.all([redis.get(this.key('plan', id)), redis.lrange(this.key('events', id), 0, -1)]),
    );
    if (json === null) return undefined;
    const history = events.map(readEvent).filter((event) => event !== undefined);
    return { record: readRecord(json), history, length: events.length };
  }

  async append(id: string, event: PlanEvent, length = -1): Promise<boolean> {
    const keys = [
      this.key('plan', id),
      this.key('events', id),
      this.key('open'),
      this.key('ended'),
    ];
    const appended = await this.run((redis) =>
      redis.eval(
        appendScript,
        ...[keys.length, ...keys, id, JSON.stringify(event), length, event.type],
        ...[this.runtime.wallClockMs(), keepEndedMs, this.channel],
      ),
    );
    return appended === 1;
  }

  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]> {
    return this.run((redis) => redis.zrevrange(this.key(state), 0, limit - 1));
  }

  async lookAt(id: string, atMs: number): Promise<void> {
    const delay = Math.ceil(atMs - this.runtime.wallClockMs());
    const options =
      delay > 0
        ? // Looks at one time are one job.
          { ...jobOptions, delay, jobId: `${id}-${Math.ceil(atMs)}` }
        : jobOptions;
    await this.run(() => this.queue.add('look', { id }, options));
  }

  start(look: (id: string) => Promise<void>): Promise<void> {
    const redis = this.connect({ maxRetriesPerRequest: null });
    const jobs = new (this.modules().bullmq.Worker)<{ readonly id: string }>(
      this.settings.queueName,
      async ({ data }) => look(data.id),
      {
        connection: redis,
        prefix: this.base.slice(0, -1),
        concurrency,
        ...lockMs,
        // A job whose instance has died runs again, however often that happens.
        maxStalledCount: Number.MAX_SAFE_INTEGER,
      },
    );
    jobs.on('error', (error) => {
      this.reportFault(error);
    });
    jobs.on('failed', (_job, { message }) => {
      this.logger.error(`Looking at a plan failed: ${message}. Trying again`);
    });
    this.worker = { jobs, redis };
    return Promise.resolve();
  }

  async stop(ids: readonly string[]): Promise<void> {
    // Without Redis, nothing can be handed over, and waiting for it would keep the process.
    const isReachable = this.redis().status === 'ready';
    const closing = this.worker?.jobs.close(!isReachable);
    if (isReachable) {
      const now = this.runtime.wallClockMs();
      await Promise.allSettled(ids.map((id) => this.lookAt(id, now)));
      await this.atMost(closeMs, Promise.allSettled([closing, this.queue.close()]));
    } else {
      closing?.catch(() => undefined);
      void this.queue.disconnect().catch(() => undefined);
    }
    for (const client of [this.worker?.redis, this.redis(), this.subscriber()]) {
      client?.disconnect();
    }
  }

  /** Redis may be unavailable for good. */
  private async atMost(limitMs: number, work: Promise<unknown>): Promise<void> {
    let cancel: () => void = () => undefined;
    const limit = new Promise<void>((resolve) => {
      cancel = this.runtime.setTimer(limitMs, resolve);
    });
    await Promise.race([work, limit]).finally(cancel);
  }

  private get channel(): string {
    return this.key('changed');
  }

  private key(...parts: readonly string[]): string {
    return this.base + parts.join(':');
  }

  /** Changes were missed while there was no subscription, so every listener is notified. */
  private listen(): void {
    const subscriber = this.subscriber();
    const subscribe = async () => {
      await subscriber.subscribe(this.channel).catch(() => undefined);
      this.changes.next({});
    };
    subscriber.on('ready', () => void subscribe());
    subscriber.on('message', (_channel: string, message: string) => {
      const [id, type] = message.split(' ');
      this.changes.next({ ...(id !== undefined && { id }), isEnd: type === 'ended' });
    });
    if (subscriber.status === 'ready') void subscribe();
  }

  private async run<T>(command: (redis: ioredis.Redis) => Promise<T>): Promise<T> {
    const redis = this.redis();
    try {
      return await command(redis);
    } catch (error) {
      if (isAnswer(error)) throw error;
      throw new ZimConnectionError('the Redis that stores ring plans is unavailable', {
        outcome: 'not-sent',
        action: 'ring',
      });
    }
  }

  /** Once for each outage, and without the arguments of the failed command. */
  private reportFault({ message }: Error): void {
    if (this.isFaulty) return;
    this.isFaulty = true;
    this.logger.error(`The Redis that stores ring plans is unavailable: ${message}`);
  }
}

/** Whether Redis itself has answered with this error; but it may be the wrong server by now. */
function isAnswer(error: unknown): boolean {
  const isReply = error instanceof Error && error.name === 'ReplyError';
  return isReply && !/\b(READONLY|MASTERDOWN|LOADING)\b/.test(error.message);
}

/** A backend starts without its Redis, too: after the first attempt, ioredis goes on trying. */
async function firstAttempt(redis: ioredis.Redis): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve) => {
    for (const event of ['ready', 'close', 'end']) {
      redis.once(event, () => {
        resolve();
      });
    }
  });
}

async function loadModules(): Promise<Modules> {
  try {
    return { bullmq: await import('bullmq'), ioredis: await import('ioredis') };
  } catch {
    throw new ZimConfigError(
      'redisUrl of ZimDispatchModule needs the packages bullmq and ioredis: npm install bullmq ioredis',
    );
  }
}
