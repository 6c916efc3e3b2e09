import { randomUUID } from 'node:crypto';
import { isRecord, isTexts, parseJson } from '../config/option-rules.js';
import { ZimConnectionError } from '../errors/errors.js';
import type { RedisConnection } from '../redis/redis-connection.js';
import {
  callEventTypes,
  type CallEventStore,
  callLifeMs,
  type MemoryCallEventStore,
  type StoredCallEvent,
} from './call-event-store.js';

/** How many events an instance keeps to share when Redis is available again. */
const maxUnshared = 1_000;

/**
 * For all instances of a backend. Each also stores its own events in memory, so that it loses nothing while Redis is
 * unavailable or starts empty, and shares them when Redis is available again.
 */
export class RedisCallEventStore implements CallEventStore {
  private unshared: readonly (readonly [callId: string, event: StoredCallEvent])[] = [];
  private flushed = Promise.resolve(true);
  /** Has not begun, so that it shares all that is appended until then. */
  private nextFlush?: Promise<boolean>;

  constructor(
    private readonly connection: RedisConnection,
    private readonly subscriber: RedisConnection,
    private readonly local: MemoryCallEventStore,
    private readonly prefix: string,
  ) {
    connection.redis.on('ready', () => void this.catchUp());
    subscriber.redis.on('message', (_channel: string, callId: string) => {
      this.local.notify(callId);
    });
    subscriber.redis.on('ready', () => void this.subscribe());
    if (subscriber.redis.status === 'ready') void this.subscribe();
  }

  async append(callId: string, event: StoredCallEvent): Promise<void> {
    const own = { ...event, id: randomUUID() };
    await this.local.append(callId, own);
    this.unshared = [...this.unshared, [callId, own] as const].slice(-maxUnshared);
    await this.flush();
  }

  /** @throws ZimConnectionError with the outcome `unknown` if something else than events is stored there */
  async load(callId: string): Promise<readonly StoredCallEvent[]> {
    const own = await this.local.load(callId);
    const shared = await this.connection.ask((redis) =>
      redis.lrange(this.keyOf(callId), 0, -1).catch(refuseOtherTypes),
    );
    return withoutRepeats([...own, ...(shared ?? []).map(readEvent)]);
  }

  /** One after the other: none may find nothing left to share while an earlier one may still fail. */
  flush(): Promise<boolean> {
    this.nextFlush ??= this.flushed.then(() => {
      this.nextFlush = undefined;
      return this.share();
    });
    this.flushed = this.nextFlush;
    return this.flushed;
  }

  onChange(listener: (callId?: string) => void): () => void {
    return this.local.onChange(listener);
  }

  /** Changes were missed while there was no subscription, so every listener is notified. */
  private async subscribe(): Promise<void> {
    await this.subscriber.ask((redis) => redis.subscribe(this.channel));
    this.local.notify();
  }

  /** Shares what happened here while Redis was unavailable, and lets listeners load what happened elsewhere. */
  private async catchUp(): Promise<void> {
    await this.flush();
    this.local.notify();
  }

  private async share(): Promise<boolean> {
    const changes = this.unshared;
    if (changes.length === 0) return true;
    this.unshared = [];
    const isShared = await this.connection.ask(async (redis) => {
      const transaction = redis.multi();
      for (const [callId, event] of changes) {
        transaction
          .rpush(this.keyOf(callId), JSON.stringify(event))
          .pexpire(this.keyOf(callId), callLifeMs)
          .publish(this.channel, callId);
      }
      await transaction.exec();
      return true;
    });
    if (isShared !== true) this.unshared = [...changes, ...this.unshared].slice(-maxUnshared);
    return isShared === true;
  }

  private get channel(): string {
    return `${this.prefix}changed`;
  }

  private keyOf(callId: string): string {
    return `${this.prefix}call:${callId}`;
  }
}

/** An event that Redis took too late was sent again. Equal events of two instances both count. */
function withoutRepeats(events: readonly (StoredCallEvent | undefined)[]): StoredCallEvent[] {
  const seen = new Set<string>();
  return events.flatMap((stored) => {
    if (stored === undefined || (stored.id !== undefined && seen.has(stored.id))) return [];
    const { id, ...event } = stored;
    if (id !== undefined) seen.add(id);
    return event;
  });
}

/** Leaves out an event of an unknown type: another instance may run a later version. */
function readEvent(json: string): StoredCallEvent | undefined {
  const value = parseJson(json);
  if (!isRecord(value) || typeof value['type'] !== 'string') throw unreadable();
  const { userIds, extendedData, reason, timeoutSeconds, reportedBy, callId, caller, id } = value;
  const type = callEventTypes.find((name) => name === value['type']);
  if (type === undefined) return undefined;
  const at = new Date(String(value['at']));
  if (!isTexts(userIds) || Number.isNaN(at.getTime())) throw unreadable();
  return {
    ...{ type, userIds, at },
    ...(typeof extendedData === 'string' && { extendedData }),
    ...(typeof reason === 'string' && { reason }),
    ...(typeof timeoutSeconds === 'number' && { timeoutSeconds }),
    ...(reportedBy === 'client' && { reportedBy }),
    ...(typeof callId === 'string' && { callId }),
    ...(typeof caller === 'string' && { caller }),
    ...(typeof id === 'string' && { id }),
  };
}

/** Gives an unreadable event where the key holds no list; any other failure is Redis's own. */
function refuseOtherTypes(error: unknown): string[] {
  if (error instanceof Error && error.message.startsWith('WRONGTYPE')) return [''];
  throw error;
}

function unreadable(): ZimConnectionError {
  return new ZimConnectionError(
    'outcome: what Redis stores of this call cannot be read, so its outcome is unknown',
    { outcome: 'unknown', action: 'outcome' },
  );
}
