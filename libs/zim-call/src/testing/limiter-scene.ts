import { Redis } from 'ioredis';
import { systemRuntime, type ZimRuntime } from '../time/runtime.js';
import { RedisConnection } from '../redis/redis-connection.js';
import { RedisSlidingWindow } from '../rate-limit/redis-sliding-window.js';
import { RedisLimiterClient } from '../rate-limit/redis-limiter-client.js';
import { RedisServer } from '../../../../test/support/redis-server.js';

/** An instance of a backend, as far as it reserves slots. */
export interface Instance {
  readonly client: RedisLimiterClient;
  readonly limiter: RedisSlidingWindow;
}

/** Waits ten times as long for Redis: these tests are not about whether a busy machine replies in time. */
const patient: ZimRuntime = {
  ...systemRuntime,
  setTimer: (delayMs, callback) => systemRuntime.setTimer(10 * delayMs, callback),
};

export const second = { limit: 20, windowMs: 1_000 };

export const ask = { reports: [], withinMs: 60_000, spreadMs: 25 };

/** A Redis, and the limiters of several instances in it; a new quota for each test. */
export class LimiterScene {
  keys = { slots: '', meta: '', instances: '' };
  private readonly links: RedisConnection[] = [];
  private quotas = 0;

  private constructor(
    readonly server: RedisServer,
    readonly admin: Redis,
  ) {}

  static async start(options: readonly string[] = []): Promise<LimiterScene> {
    const server = await RedisServer.start(options);
    return new LimiterScene(server, new Redis(server.url));
  }

  nextQuota(): void {
    const quota = ++this.quotas;
    this.keys = {
      slots: `{1}slots:${quota}`,
      meta: `{1}window:${quota}`,
      instances: `{1}instances:${quota}`,
    };
  }

  async instance(
    name: string,
    {
      settings = second,
      runtime = patient,
      url = this.server.url,
    }: {
      settings?: typeof second;
      runtime?: ZimRuntime;
      url?: string | readonly string[];
    } = {},
  ): Promise<Instance> {
    const link = await RedisConnection.open(url, runtime);
    this.links.push(link);
    const client = new RedisLimiterClient(link, runtime, name);
    const options = { ...settings, whenRedisIsUnavailable: 'degrade' } as const;
    const limiter = new RedisSlidingWindow(
      client,
      Object.values(this.keys),
      options,
      systemRuntime,
    );
    return { client, limiter };
  }

  /** Resolves when Redis has read and answered all that was written so far. */
  async answered(): Promise<void> {
    await this.admin.ping();
    await Promise.all(this.links.map(({ redis }) => redis.ping()));
  }

  closeLinks(): void {
    for (const link of this.links.splice(0)) link.close();
  }

  async stop(): Promise<void> {
    this.closeLinks();
    this.admin.disconnect();
    await this.server.kill();
  }
}

/** Starts a scene for the spec file, with a new quota for each test; returns how to reach it in a test. */
export function useLimiterScene(): () => LimiterScene {
  let scene: LimiterScene | undefined;
  const started = () => {
    if (scene === undefined) throw new Error('Redis is not started');
    return scene;
  };
  beforeAll(async () => {
    scene = await LimiterScene.start();
  });
  beforeEach(() => {
    started().nextQuota();
  });
  afterEach(() => {
    started().closeLinks();
  });
  afterAll(() => started().stop());
  return started;
}

/** Reserves this many slots, and returns their times. */
export async function reserve({ limiter }: Instance, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const { slot } = await limiter.reserve(ask);
    if (slot === undefined) throw new Error('no slot');
    limiter.recent.granted(slot);
    times.push(slot.atMs);
  }
  return times;
}

export const nowMs = () => systemRuntime.monotonicMs();
