import type {
  WindowSettings,
  SlotGrant,
  SlotReport,
  SlotRequest,
} from './sliding-window-limiter.js';
import type { Timers } from '../time/runtime.js';
import { promiseSlackMs, shareOfQuota } from './alone.js';
import type { RecentSends } from './recent-slots.js';
import {
  RedisUnavailableError,
  type RedisLimiterClient,
  type LimiterReply,
} from './redis-limiter-client.js';
import { ringLifeMs } from './redis-limiter-script.js';

/** Why an instance tells a ring what it has sent. */
export type JoinReason = 'lost' | 'other' | 'stepped' | 'returned';

const joinReasons: readonly string[] = ['lost', 'other', 'stepped'] satisfies JoinReason[];

export interface WindowKeys {
  readonly slots: string;
  readonly ring: string;
  readonly instances: string;
}

/** How long an instance was without Redis. */
export interface Outage {
  /** When it noticed. */
  readonly sinceMs: number;
  /** When it asked the last question that was not answered. */
  readonly lastLookMs: number;
}

/** A quota's ring in Redis, as this instance sees it. */
export class RedisSlidingWindow {
  private known = '';
  private knownAtMs = Number.NEGATIVE_INFINITY;
  private taken = 0;
  /** How often Redis's time had been set when this ring was last told of its sends. */
  private timesSet: number;
  /** Redis expects a further question, if at all, by then. */
  private promisedMs = Number.NEGATIVE_INFINITY;
  private isPromised = false;

  constructor(
    private readonly client: RedisLimiterClient,
    private readonly keys: WindowKeys,
    private readonly settings: WindowSettings,
    private readonly timers: Timers,
    private readonly recent: RecentSends,
    /** Whether instances without Redis send alone. */
    private readonly sendsAlone: boolean,
  ) {
    this.timesSet = client.clock.timesSet;
  }

  get instances(): number {
    return this.client.instances;
  }

  /** How long a ring of which nothing is known stays closed: until what may be held has fired, and a window more. */
  get settleMs(): number {
    return 1.1 * this.settings.windowMs + this.heldAheadMs;
  }

  /** From then on Redis leaves room for what this instance sends alone: a window after it was to ask again. */
  get roomMadeAtMs(): number {
    return this.promisedMs + 1.1 * this.settings.windowMs;
  }

  /** @throws RedisUnavailableError */
  async reserve({
    reports,
    withinMs,
    lateLimitMs,
    nextRequestByMs,
  }: SlotRequest): Promise<SlotGrant> {
    const name = `${this.client.instance}:${++this.taken}`;
    const { clock } = this.client;
    // The slot begins when it is certainly its time at Redis, which may be so much later there.
    const lateMs = lateLimitMs + clock.uncertaintyMs(this.timers.monotonicMs());
    const reply = await this.askKnown('reserve', () => [
      name,
      withinMs.toFixed(3),
      lateMs.toFixed(3),
      this.promise(nextRequestByMs, lateMs),
      ...reports.flatMap((report) => this.toArguments(report)),
    ]);
    this.heardOf(name, reply);
    const value = Number(reply.rest[1]);
    switch (reply.kind) {
      case 'slot':
        return {
          slot: { id: reply.rest[4] ?? name, atMs: clock.toLocal(value), lateLimitMs },
          activeInstances: Number(reply.rest[3]),
        };
      case 'late':
      case 'wait':
        return { waitMs: value, tooLate: reply.kind === 'late' };
      default:
        throw new RedisUnavailableError('Redis answered something unknown');
    }
  }

  /** @throws RedisUnavailableError */
  async pause(): Promise<void> {
    await this.askKnown('pause', () => []);
  }

  /** @throws RedisUnavailableError */
  async rest(): Promise<void> {
    if (!this.isPromised) return;
    this.isPromised = false;
    await this.ask('rest', []);
  }

  /** @throws RedisUnavailableError */
  async join(reason: JoinReason, absence?: Outage): Promise<void> {
    const nowMs = this.timers.monotonicMs();
    const settledMs = absence === undefined ? nowMs : absence.sinceMs;
    const reply = await this.ask('join', [
      reason,
      Math.max(0, settledMs + this.settleMs - nowMs).toFixed(3),
      absence === undefined ? '' : (nowMs - absence.lastLookMs).toFixed(3),
      ...this.recent
        .all()
        .flatMap((slot) => this.toArguments({ id: slot.id, usedAtMs: slot.atMs })),
    ]);
    if (reply.kind !== 'joined') throw new RedisUnavailableError('Redis ran the question too late');
    this.timesSet = this.client.clock.timesSet;
  }

  /** How far ahead the slots are that instances hold. */
  private get heldAheadMs(): number {
    const { limit, windowMs } = this.settings;
    return (2 * this.client.instances * windowMs) / limit;
  }

  /** Within which time this instance asks again, for Redis; empty if it has no reason to. */
  private promise(nextRequestByMs: number | undefined, lateMs: number): string {
    this.isPromised = nextRequestByMs !== undefined;
    if (nextRequestByMs === undefined) return '';
    // Without a slot it depends on the one that is asked for, which is at most so far ahead.
    const horizonMs = 1.25 * this.settings.windowMs + this.heldAheadMs;
    const isKnown = Number.isFinite(nextRequestByMs);
    const slotInMs = isKnown ? Math.max(0, nextRequestByMs - this.timers.monotonicMs()) : horizonMs;
    const withinMs = slotInMs + lateMs + promiseSlackMs;
    this.promisedMs = Math.max(this.promisedMs, this.client.runsByMs + withinMs);
    return isKnown ? withinMs.toFixed(3) : '?';
  }

  /** If nothing else has been asked meanwhile, it is known what Redis expects. */
  private heardOf(name: string, { rest: [, , withinMs = ''] }: LimiterReply): void {
    if (name !== `${this.client.instance}:${this.taken}` || withinMs === '') return;
    this.promisedMs = this.timers.monotonicMs() + Number(withinMs);
  }

  private async askKnown(
    operation: string,
    argumentsNow: () => readonly (string | number)[],
  ): Promise<LimiterReply> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const reply = await this.ask(operation, argumentsNow());
      if (isJoinReason(reply.kind)) await this.join(reply.kind);
      else if (this.client.clock.timesSet !== this.timesSet) await this.join('stepped');
      else if (reply.kind !== 'stale') return reply;
    }
    throw new RedisUnavailableError('its ring changes all the time');
  }

  private async ask(operation: string, args: readonly (string | number)[]): Promise<LimiterReply> {
    const { slots, ring, instances } = this.keys;
    const { limit, windowMs } = this.settings;
    // After so long a pause a ring that is gone was not lost, but forgotten.
    const remembered = this.timers.monotonicMs() - this.knownAtMs < ringLifeMs / 2;
    const known = remembered ? this.known : '';
    if (!remembered) this.timesSet = this.client.clock.timesSet;
    const reply = await this.client.ask(
      operation,
      [slots, ring, instances],
      [known, limit, windowMs, this.client.instances, this.sendsAlone ? shareOfQuota : 0, ...args],
    );
    const [id] = reply.rest;
    if (id !== undefined) {
      this.known = id;
      this.knownAtMs = this.timers.monotonicMs();
    }
    return reply;
  }

  private toArguments({ id, usedAtMs }: SlotReport): [string, string] {
    const usedAt = usedAtMs === undefined ? undefined : this.client.clock.toRemote(usedAtMs);
    return [id, usedAt?.toFixed(3) ?? ''];
  }
}

function isJoinReason(kind: string): kind is JoinReason {
  return joinReasons.includes(kind);
}
