import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import type { ZimTimers } from '../time/runtime.js';
import {
  type LimiterReply,
  type RedisLimiterClient,
  RedisUnavailableError,
} from './redis-limiter-client.js';
import { announcedSlackMs, roundTripWidth, windowLifeMs } from './redis-limiter-script.js';
import type {
  SlidingWindowLimiter,
  Slot,
  SlotGrant,
  SlotReport,
  SlotRequest,
} from './sliding-window-limiter.js';

/** The part of the quota that all fallbacks share: the rest is for instances that are not known. */
export const fallbackShare = 0.8;

/** Replies by which Redis asks for the recent sends of an instance. */
const joinReasons = ['lost', 'other', 'stepped'] as const;

export type SharedWindowSettings = Pick<
  ResolvedRateLimitOptions,
  'limit' | 'windowMs' | 'whenRedisIsUnavailable'
>;

/** The limiter that all instances share, in Redis. Its methods throw RedisUnavailableError. */
export class RedisSlidingWindow implements SlidingWindowLimiter {
  readonly recent: RecentSends;
  private knownId = '';
  private knownAtMs = Number.NEGATIVE_INFINITY;
  private requests = 0;
  /** How often Redis's clock had stepped when the window was last given the recent sends. */
  private knownSteps: number;
  /** If this instance sends a further request, Redis expects it by then. */
  private announcedMs = Number.NEGATIVE_INFINITY;
  private isAnnounced = false;

  constructor(
    private readonly client: RedisLimiterClient,
    private readonly keys: readonly string[],
    private readonly settings: SharedWindowSettings,
    private readonly timers: ZimTimers,
  ) {
    this.knownSteps = client.clock.steps;
    this.recent = new RecentSends(timers, client.instance, 2 * settings.windowMs);
  }

  get instances(): number {
    return this.client.instances;
  }

  /** How long a window of which nothing is known stays closed: until all held slots have fired, and a window more. */
  get settleMs(): number {
    return 1.1 * this.settings.windowMs + this.heldAheadMs;
  }

  /** When the shared window has reserved a part of the quota for this instance's fallback. */
  get fallbackReservedAtMs(): number {
    return this.announcedMs + 1.1 * this.settings.windowMs;
  }

  async reserve(request: SlotRequest): Promise<SlotGrant> {
    const { reports, roundTripsMs = [], wantsRoundTrips = false } = request;
    const { withinMs, spreadMs, nextRequestByMs } = request;
    const name = `${this.client.instance}:${++this.requests}`;
    const { clock } = this.client;
    // Otherwise nothing would say how late the slot that the first reply grants may come here.
    if (!clock.isKnown) await this.client.run('hello', this.keys);
    // The slot begins when its time has certainly come at Redis, which may be so much later there.
    const lateMs = spreadMs + clock.uncertaintyMs(this.timers.monotonicMs());
    const { kind, rest } = await this.runKnown('reserve', () => [
      name,
      withinMs.toFixed(3),
      lateMs.toFixed(3),
      this.announce(nextRequestByMs, lateMs),
      roundTripsMs.map(toRoundTripText).join(''),
      wantsRoundTrips ? 'all' : '',
      ...reports.flatMap((report) => this.toArguments(report)),
    ]);
    const [, time = '', announcedMs = '', activeInstances, id = name, roundTrips = ''] = rest;
    // Unless a later request has announced something else meanwhile.
    if (name === `${this.client.instance}:${this.requests}` && announcedMs !== '') {
      this.announcedMs = this.timers.monotonicMs() + Number(announcedMs);
    }
    if (kind === 'wait' || kind === 'late')
      return { waitMs: Number(time), tooLate: kind === 'late' };
    if (kind !== 'slot') throw new RedisUnavailableError('Redis sent an unknown reply');
    const slot = { id, atMs: clock.toLocal(Number(time)), spreadMs };
    return {
      slot,
      activeInstances: Number(activeInstances),
      roundTripsMs: wantsRoundTrips ? fromRoundTripTexts(roundTrips) : undefined,
    };
  }

  async pause(): Promise<void> {
    await this.runKnown('pause', () => []);
  }

  async idle(): Promise<void> {
    if (!this.isAnnounced) return;
    this.isAnnounced = false;
    await this.run('idle', []);
  }

  /** Reports the recent sends of this instance to a window that does not know them. */
  async join(
    reason: (typeof joinReasons)[number] | 'returned',
    outage?: { readonly sinceMs: number; readonly lastProbeMs: number },
  ): Promise<void> {
    const nowMs = this.timers.monotonicMs();
    const sinceMs = outage?.sinceMs ?? nowMs;
    const { kind } = await this.run('join', [
      reason,
      Math.max(0, sinceMs + this.settleMs - nowMs).toFixed(3),
      outage === undefined ? '' : (nowMs - outage.lastProbeMs).toFixed(3),
      ...this.recent.all().flatMap((send) => this.toArguments(send)),
    ]);
    if (kind !== 'joined') throw new RedisUnavailableError('the request reached Redis too late');
    this.knownSteps = this.client.clock.steps;
  }

  /** How far ahead all instances together hold slots. */
  private get heldAheadMs(): number {
    const { limit, windowMs } = this.settings;
    return (2 * this.client.instances * windowMs) / limit;
  }

  /** Returns the time within which Redis can expect the next request; empty if none will follow. */
  private announce(nextRequestByMs: number | undefined, lateMs: number): string {
    this.isAnnounced = nextRequestByMs !== undefined;
    if (nextRequestByMs === undefined) return '';
    const isKnown = Number.isFinite(nextRequestByMs);
    // Otherwise it depends on the slot that this request gets, which is at most this far ahead.
    const horizonMs = 1.25 * this.settings.windowMs + this.heldAheadMs;
    const nowMs = this.timers.monotonicMs();
    const slotInMs = isKnown ? Math.max(0, nextRequestByMs - nowMs) : horizonMs;
    const withinMs = slotInMs + lateMs + announcedSlackMs;
    this.announcedMs = Math.max(this.announcedMs, this.client.runsByMs + withinMs);
    return isKnown ? withinMs.toFixed(3) : '?';
  }

  /** Runs an operation, and first joins a window that does not know this instance's sends. */
  private async runKnown(
    operation: string,
    argumentsNow: () => readonly (string | number)[],
  ): Promise<LimiterReply> {
    for (let attempt = 0; attempt < 3; attempt++) {
      const reply = await this.run(operation, argumentsNow());
      const reason = joinReasons.find((kind) => kind === reply.kind);
      if (reason !== undefined) await this.join(reason);
      else if (this.client.clock.steps !== this.knownSteps) await this.join('stepped');
      else if (reply.kind !== 'stale') return reply;
    }
    throw new RedisUnavailableError('the shared window in Redis keeps changing');
  }

  private async run(operation: string, args: readonly (string | number)[]): Promise<LimiterReply> {
    const { limit, windowMs, whenRedisIsUnavailable } = this.settings;
    // After so long a pause, a window that is gone was not lost, but has expired.
    const isRemembered = this.timers.monotonicMs() - this.knownAtMs < windowLifeMs / 2;
    const knownId = isRemembered ? this.knownId : '';
    if (!isRemembered) this.knownSteps = this.client.clock.steps;
    const share = whenRedisIsUnavailable === 'closed' ? 0 : fallbackShare;
    const common = [knownId, limit, windowMs, this.client.instances, share];
    const reply = await this.client.run(operation, this.keys, [...common, ...args]);
    const [id] = reply.rest;
    if (id !== undefined) {
      this.knownId = id;
      this.knownAtMs = this.timers.monotonicMs();
    }
    return reply;
  }

  private toArguments({ id, usedAtMs }: SlotReport): [string, string] {
    const usedAt = usedAtMs === undefined ? undefined : this.client.clock.toRemote(usedAtMs);
    return [id, usedAt?.toFixed(3) ?? ''];
  }
}

/** Every text has the same width, so that the script can keep the last ones. */
function toRoundTripText(ms: number): string {
  return Math.min(ms, 99_999).toFixed(1).padStart(roundTripWidth);
}

function fromRoundTripTexts(texts: string): readonly number[] {
  const count = Math.floor(texts.length / roundTripWidth);
  return Array.from({ length: count }, (_, index) =>
    Number(texts.slice(index * roundTripWidth, (index + 1) * roundTripWidth)),
  );
}

/** What this instance has sent lately or may send still, with the latest time of each send. */
export class RecentSends {
  private readonly sends = new Map<string, Required<SlotReport>>();
  private fallbacks = 0;

  constructor(
    private readonly timers: ZimTimers,
    private readonly instance: string,
    private readonly lifeMs: number,
  ) {}

  granted({ id, atMs, spreadMs }: Slot): void {
    this.forget();
    this.sends.set(id, { id, usedAtMs: atMs + spreadMs });
  }

  report({ id, usedAtMs }: SlotReport): void {
    if (usedAtMs === undefined) this.sends.delete(id);
    else if (this.sends.has(id)) this.sends.set(id, { id, usedAtMs });
  }

  all(): readonly Required<SlotReport>[] {
    this.forget();
    return [...this.sends.values()].sort((a, b) => a.usedAtMs - b.usedAtMs);
  }

  /** Returns a prefix for the slots of a new fallback, so that no two slots of this instance have the same id. */
  nextIdPrefix(): string {
    return `${this.instance}:fallback${++this.fallbacks}:`;
  }

  private forget(): void {
    const sinceMs = this.timers.monotonicMs() - this.lifeMs;
    for (const [id, send] of this.sends) if (send.usedAtMs < sinceMs) this.sends.delete(id);
  }
}
