import type { RingSettings, SlotGrant, SlotReport, SlotRequest } from '../pacing/slot-ring.js';
import type { PacingTimers } from '../pacing/quota-pacer.js';
import type { RecentSlots } from './recent-slots.js';
import { RedisAwayError, type RingClient, type RingReply } from './ring-client.js';
import { ringLifeMs } from './ring-script.js';

/** Why an instance tells a ring what it has sent. */
export type JoinReason = 'lost' | 'other' | 'stepped' | 'returned';

const joinReasons: readonly string[] = ['lost', 'other', 'stepped'] satisfies JoinReason[];

export interface RingKeys {
  readonly slots: string;
  readonly ring: string;
  readonly instances: string;
}

/** A quota's ring in Redis, as this instance sees it. */
export class RedisRing {
  private known = '';
  private knownAtMs = Number.NEGATIVE_INFINITY;
  private taken = 0;

  constructor(
    private readonly client: RingClient,
    private readonly keys: RingKeys,
    private readonly settings: RingSettings,
    private readonly timers: PacingTimers,
    private readonly recent: RecentSlots,
  ) {}

  get instances(): number {
    return this.client.instances;
  }

  /** How long a ring of which nothing is known stays closed: until what may be held has fired, and a window more. */
  get settleMs(): number {
    const { limit, windowMs } = this.settings;
    const heldAheadMs = (2 * this.client.instances * windowMs) / limit;
    return 1.1 * windowMs + heldAheadMs;
  }

  /** @throws RedisAwayError */
  async reserve({ reports, withinMs, lateLimitMs }: SlotRequest): Promise<SlotGrant> {
    const name = `${this.client.instance}:${++this.taken}`;
    const reply = await this.askKnown('reserve', [
      name,
      withinMs.toFixed(3),
      lateLimitMs.toFixed(3),
      ...reports.flatMap((report) => this.toArguments(report)),
    ]);
    const value = Number(reply.rest[1]);
    switch (reply.kind) {
      case 'slot':
        return {
          slot: {
            id: reply.rest[3] ?? name,
            atMs: this.client.clock.toLocal(value),
            lateLimitMs,
          },
          sharers: Number(reply.rest[2]),
        };
      case 'late':
      case 'wait':
        return { waitMs: value, tooLate: reply.kind === 'late' };
      default:
        throw new RedisAwayError('Redis answered something unknown');
    }
  }

  /** @throws RedisAwayError */
  async pause(): Promise<void> {
    await this.askKnown('pause', []);
  }

  /** @throws RedisAwayError */
  async join(reason: JoinReason): Promise<void> {
    const slots = this.recent
      .all()
      .flatMap((slot) => this.toArguments({ id: slot.id, usedAtMs: slot.atMs }));
    await this.ask('join', [reason, this.settleMs.toFixed(3), ...slots]);
  }

  private async askKnown(
    operation: string,
    args: readonly (string | number)[],
  ): Promise<RingReply> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const reply = await this.ask(operation, args);
      if (!isJoinReason(reply.kind)) return reply;
      await this.join(reply.kind);
    }
    throw new RedisAwayError('its ring changes all the time');
  }

  private async ask(operation: string, args: readonly (string | number)[]): Promise<RingReply> {
    const { slots, ring, instances } = this.keys;
    const { limit, windowMs } = this.settings;
    // After so long a pause a ring that is gone was not lost, but forgotten.
    const remembered = this.timers.monotonicMs() - this.knownAtMs < ringLifeMs / 2;
    const known = remembered ? this.known : '';
    const reply = await this.client.ask(
      operation,
      [slots, ring, instances],
      [known, limit, windowMs, ...args],
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
