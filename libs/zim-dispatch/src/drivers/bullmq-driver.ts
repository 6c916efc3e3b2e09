import { Logger } from '@nestjs/common';
import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { ZimConnectionError, type ZimRuntime } from 'nestjs-zim-call';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { type PlanEvent, readEvent } from '../plan/ring-event.js';
import { planLimits, type PlanRecord, readRecord } from '../plan/ring-plan.js';
import { keepEndedMs, type PlanDriver, type StoredPlan } from './plan-driver.js';

/** How long a plan may be open after its deadline, at most. */
const spareMs = 86_400_000;
const longestLifeMs = (planLimits.startAheadSeconds + planLimits.deadlineSeconds) * 1000 + spareMs;
/** How long a closing instance waits for its looks: longer than a request takes. */
const closeMs = 15_000;
const reconnectMs = 200;
const queueName = 'plans';
/** A look that failed is repeated for as long as Redis has its plan: the plan decides what fails, not BullMQ. */
const jobOptions = {
  ...{ attempts: 1_000_000, backoff: { type: 'fixed', delay: 500 } },
  ...{ removeOnComplete: true, removeOnFail: true },
} as const;
/** Most looks wait for ZIM. Another instance takes the job of one that has died, however often that happens. */
const workerOptions = {
  ...{ concurrency: 500, maxStalledCount: Number.MAX_SAFE_INTEGER },
  ...{ lockDuration: 3_000, stalledInterval: 1_500, runRetryDelay: 500 },
} as const;

/**
 * Appends to the list of a plan: first its record, then events. KEYS: the plan, the open plans, the ended plans. ARGV:
 * id, JSON, the event's type or `created`, the expected version or -1, now, how long the plan is kept from now or 0, the
 * most open plans, the longest life of an open plan, the channel. All times in milliseconds.
 */
const appendScript = `
local id, type, now, life = ARGV[1], ARGV[3], tonumber(ARGV[5]), tonumber(ARGV[6])
local version = redis.call('LLEN', KEYS[1])
if type == 'created' then
  if version > 0 then return 'known' end
  redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[8]))
  if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[7]) then return 'full' end
  redis.call('ZADD', KEYS[2], now, id)
else
  local expected = tonumber(ARGV[4])
  if version == 0 or (expected >= 0 and expected ~= version) then return 'changed' end
  local isOpen = redis.call('ZSCORE', KEYS[2], id) ~= false
  if isOpen == (type == 'reported') then return 'changed' end
end
redis.call('RPUSH', KEYS[1], ARGV[2])
if type == 'ended' then
  redis.call('ZREM', KEYS[2], id)
  redis.call('ZADD', KEYS[3], now, id)
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now - life)
end
if life > 0 then redis.call('PEXPIRE', KEYS[1], life) end
redis.call('PUBLISH', ARGV[9], id .. ' ' .. type)
return 'stored'
`;

interface Look {
  readonly id: string;
}

/**
 * For plans that outlive a process, and for any number of instances. A job only says "look at this plan": running it
 * again does no harm, because each look decides from what is stored here.
 */
export class BullmqDriver implements PlanDriver {
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly lookEveryMs = 5_000;
  private readonly logger = new Logger('ZimDispatch');
  /** Functions, so that this provider can be printed without the URL's password. */
  private readonly connections: () => Connections;
  private worker: () => Worker<Look> | undefined = () => undefined;

  /** @param prefix - of all keys: it separates the plans of several modules in one Redis */
  constructor(
    redisUrl: string,
    private readonly prefix: string,
    private readonly maxOpenPlans: number,
    private readonly runtime: ZimRuntime,
  ) {
    const connections = connect(redisUrl, prefix);
    this.connections = () => connections;
    const { redis, subscriber } = connections;
    const report = ({ message }: Error) => {
      this.logger.error(`The Redis that stores ring plans is unavailable: ${message}`);
    };
    // Each outage is logged once, and without the arguments of the failed command.
    redis.once('error', report).on('ready', () => redis.off('error', report).once('error', report));
    subscriber.on('ready', () => void this.subscribe());
    subscriber.on('message', (_channel: string, message: string) => {
      const [id = '', type] = message.split(' ');
      this.changes.emit(id, type);
    });
  }

  /** Resolves after the first attempt to connect: a backend starts without its Redis, too. */
  async connected(): Promise<void> {
    const attempt = (client: Redis) =>
      new Promise((resolve) => client.once('ready', resolve).once('close', resolve));
    const { redis, subscriber } = this.connections();
    await Promise.all([attempt(redis), attempt(subscriber)]);
  }

  create(record: PlanRecord): Promise<'stored' | 'known' | 'full'> {
    const lifeMs = record.deadlineAtMs - record.createdAtMs + spareMs;
    return this.write(record.id, 'created', record, -1, lifeMs);
  }

  async append(id: string, event: PlanEvent, version = -1): Promise<boolean> {
    const lifeMs = event.type === 'ended' ? keepEndedMs : 0;
    return (await this.write(id, event.type, event, version, lifeMs)) === 'stored';
  }

  async load(id: string): Promise<StoredPlan | undefined> {
    const key = this.key('plan', id);
    const [record, ...events] = await this.run(({ redis }) => redis.lrange(key, 0, -1));
    if (record === undefined) return undefined;
    const history = events.map(readEvent).filter((event) => event !== undefined);
    return { record: readRecord(record), history, version: events.length + 1 };
  }

  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]> {
    return this.run(({ redis }) => redis.zrevrange(this.key(state), 0, limit - 1));
  }

  async lookAt(id: string, atMs: number): Promise<void> {
    const delay = Math.ceil(atMs - this.runtime.wallClockMs());
    // Looks at one time are one job.
    const delayed = delay > 0 && { delay, jobId: `${id}-${Math.ceil(atMs)}` };
    await this.run(({ queue }) => queue.add('look', { id }, { ...jobOptions, ...delayed }));
  }

  start(look: (id: string) => Promise<void>): void {
    const connection = this.connections().forWorker();
    const options = { ...workerOptions, connection, prefix: this.prefix };
    const worker = new Worker<Look>(queueName, ({ data }) => look(data.id), options);
    worker.on('error', ignore).on('failed', (_job, { message }) => {
      this.logger.error(`Looking at a plan failed: ${message}. Trying again`);
    });
    this.worker = () => worker;
  }

  async stop(ids: readonly string[]): Promise<void> {
    const { redis, queue, all } = this.connections();
    // Without Redis, nothing can be handed over, and waiting for it would keep the process.
    const isReachable = await redis.ping().then(Boolean, () => false);
    const closing = this.worker()?.close(!isReachable);
    closing?.catch(ignore);
    if (isReachable) {
      const nowMs = this.runtime.wallClockMs();
      await Promise.allSettled(ids.map((id) => this.lookAt(id, nowMs)));
      const closed = Promise.allSettled([closing, queue.close()]);
      await Promise.race([closed, sleep(closeMs, undefined, { ref: false })]);
    } else queue.disconnect().catch(ignore);
    for (const client of all) client.disconnect();
  }

  private async write(
    id: string,
    type: string,
    entry: PlanRecord | PlanEvent,
    version: number,
    lifeMs: number,
  ): Promise<'stored' | 'known' | 'full'> {
    const keys = [this.key('plan', id), this.key('open'), this.key('ended')];
    const nowMs = this.runtime.wallClockMs();
    const limits = [this.maxOpenPlans, longestLifeMs, this.key('changed')];
    const args = [id, JSON.stringify(entry), type, version, nowMs, lifeMs, ...limits];
    const reply = await this.run(({ redis }) =>
      redis.eval(appendScript, keys.length, ...keys, ...args),
    );
    return reply === 'stored' || reply === 'full' ? reply : 'known';
  }

  private key(...parts: readonly string[]): string {
    return [this.prefix, ...parts].join(':');
  }

  private async run<T>(command: (connections: Connections) => Promise<T>): Promise<T> {
    try {
      return await command(this.connections());
    } catch (error) {
      const { message } = error instanceof Error ? error : new Error('it failed');
      const details = { outcome: 'not-sent', action: 'ring' } as const;
      throw new ZimConnectionError(`the Redis that stores ring plans failed: ${message}`, details);
    }
  }

  private async subscribe(): Promise<void> {
    await this.connections().subscriber.subscribe(this.key('changed')).catch(ignore);
    // Changes were missed while there was no subscription.
    for (const id of this.changes.eventNames()) this.changes.emit(id);
  }
}

type Connections = ReturnType<typeof connect>;

function connect(url: string, prefix: string) {
  const all: Redis[] = [];
  const open = (options: RedisOptions): Redis => {
    const client = new Redis(url, { ...options, retryStrategy: () => reconnectMs }).on(
      'error',
      ignore,
    );
    all.push(client);
    return client;
  };
  // A caller of ring() learns at once that Redis is unavailable.
  const failFast = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 2_000 };
  const redis = open(failFast);
  const queue = new Queue<Look>(queueName, { connection: redis, prefix, skipMetasUpdate: true });
  queue.on('error', ignore);
  return {
    ...{ all, redis, queue },
    subscriber: open({ enableOfflineQueue: false, autoResubscribe: false }),
    forWorker: () => open({ maxRetriesPerRequest: null }),
  };
}

function ignore(): void {
  // BullMQ's and ioredis' errors without a listener would end the process; commands fail by themselves.
}
