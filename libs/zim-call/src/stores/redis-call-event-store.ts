import { ZimConnectionError } from '../errors/errors.js';
import {
  type CallEvent,
  callMemoryMs,
  type CallEventStore,
  type MemoryCallEventStore,
  type StoredCallEvent,
} from './call-event-store.js';
import type { RedisConnection } from '../redis/redis-connection.js';

const types: readonly string[] = [
  'invited',
  'created',
  'accepted',
  'rejected',
  'timed-out',
  'cancelled',
] satisfies CallEvent['type'][];

interface Change {
  readonly callId: string;
  readonly event: StoredCallEvent;
}

/** What an instance may still owe the others after Redis was away. */
const maxUnshared = 1_000;

/**
 * For all instances of a backend: what one learns, all know. Each keeps what it has learned itself, so that
 * nothing is lost to it when Redis is away or starts empty, and tells the others when Redis is back.
 */
export class RedisCallEventStore implements CallEventStore {
  private readonly unshared: Change[] = [];

  constructor(
    private readonly link: RedisConnection,
    private readonly subscriber: RedisConnection,
    private readonly local: MemoryCallEventStore,
    private readonly prefix: string,
  ) {
    link.redis.on('ready', () => {
      void this.catchUp();
    });
    subscriber.redis.on('message', (_channel: string, callId: string) => {
      this.local.announce(callId);
    });
    subscriber.redis.on('ready', () => {
      void this.subscribe();
    });
    if (subscriber.redis.status === 'ready') void this.subscribe();
  }

  /** After a gap nobody knows what was missed: everybody who waits looks again. */
  private async subscribe(): Promise<void> {
    await this.subscriber.ask<unknown>(
      (redis) => redis.subscribe(this.channel),
      () => undefined,
    );
    this.local.announce();
  }

  async append(callId: string, event: StoredCallEvent): Promise<void> {
    await this.local.append(callId, event);
    await this.share([{ callId, event }]);
  }

  /** @throws ZimConnectionError with the outcome `unknown` if something else is stored there than events */
  async load(callId: string): Promise<readonly StoredCallEvent[]> {
    const own = await this.local.load(callId);
    const shared = await this.link.ask<string[]>(
      (redis) => redis.lrange(this.keyOf(callId), 0, -1).catch(ofAnotherType),
      () => [],
    );
    const known = new Set(own.map((event) => JSON.stringify(event)));
    const others = shared.filter((json) => !known.has(json)).map(readEvent);
    return [...own, ...others.filter((event) => event !== undefined)];
  }

  onChange(listener: (callId?: string) => void): () => void {
    return this.local.onChange(listener);
  }

  /** A change that came while Redis was away is new to the others; what they told then, to those who wait here. */
  private async catchUp(): Promise<void> {
    await this.share(this.unshared.splice(0));
    this.local.announce();
  }

  private async share(changes: readonly Change[]): Promise<void> {
    const done = await this.link.ask(
      async (redis) => {
        const transaction = redis.multi();
        for (const { callId, event } of changes) {
          transaction
            .rpush(this.keyOf(callId), JSON.stringify(event))
            .pexpire(this.keyOf(callId), callMemoryMs)
            .publish(this.channel, callId);
        }
        await transaction.exec();
        return true;
      },
      () => false,
    );
    if (done) return;
    this.unshared.push(...changes);
    this.unshared.splice(0, this.unshared.length - maxUnshared);
  }

  private get channel(): string {
    return `${this.prefix}changed`;
  }

  private keyOf(callId: string): string {
    return `${this.prefix}call:${callId}`;
  }
}

/** Another instance may be of a later version: an event of a type that is not known here is left out. */
function readEvent(json: string): StoredCallEvent | undefined {
  const value = parse(json);
  if (!isRecord(value) || typeof value['type'] !== 'string') throw unreadable();
  const { type, userIds, extendedData, reason, timeoutSeconds, callId, caller } = value;
  if (!isType(type)) return undefined;
  const at = new Date(String(value['at']));
  if (!isTexts(userIds) || Number.isNaN(at.getTime())) throw unreadable();
  return {
    type,
    userIds,
    at,
    ...(typeof extendedData === 'string' && { extendedData }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof timeoutSeconds === 'number' && { timeoutSeconds }),
    ...(typeof callId === 'string' && { callId }),
    ...(typeof caller === 'string' && { caller }),
  };
}

/** What is stored under a key of an event list, if it is no list; any other failure is Redis's own. */
function ofAnotherType(error: unknown): string[] {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return [''];
  throw error;
}

function unreadable(): ZimConnectionError {
  return new ZimConnectionError(
    'outcome: what is stored in Redis of this call cannot be read, so nobody knows how it went',
    { outcome: 'unknown', action: 'outcome' },
  );
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isType(value: unknown): value is CallEvent['type'] {
  return typeof value === 'string' && types.includes(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
