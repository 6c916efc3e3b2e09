import type { Timers } from '../time/runtime.js';
import {
  baseMarginMs,
  largestSearch,
  marginHalfLifeMs,
  type WindowSettings,
  type LimiterFactory,
  type KnownSend,
  type SlotGrant,
  type SlotReport,
  type SlotRequest,
  type SlidingWindowLimiter,
  widenedMarginMs,
} from './sliding-window-limiter.js';

/** How a ring starts. */
export interface RingStart {
  /** It gives no slot before. */
  readonly opensAtMs?: number;
  /** Sends it has to count. */
  readonly slots?: readonly KnownSend[];
  /** What its slots' ids begin with. */
  readonly name?: string;
}

/** A send, and when it can be at the earliest and at the latest. */
interface Send extends KnownSend {
  readonly latestMs: number;
}

/** The ring of a single instance. */
export class MemorySlidingWindow implements SlidingWindowLimiter {
  /** In order of their latest times. */
  private readonly sends: Send[] = [];
  private readonly name: string;
  private opensAtMs: number;
  private taken = 0;
  private widened = { ms: 0, atMs: 0 };

  constructor(
    private readonly timers: Timers,
    private readonly settings: WindowSettings,
    { opensAtMs = Number.NEGATIVE_INFINITY, slots = [], name = '' }: RingStart = {},
  ) {
    this.opensAtMs = opensAtMs;
    this.name = name;
    for (const slot of slots) this.insert({ ...slot, latestMs: slot.atMs });
  }

  reserve({ reports, withinMs, lateLimitMs }: SlotRequest): Promise<SlotGrant> {
    const nowMs = this.timers.monotonicMs();
    for (const report of reports) this.apply(report);
    this.forget(nowMs);
    return Promise.resolve(this.grant(nowMs, withinMs, lateLimitMs));
  }

  pause(): Promise<void> {
    const nowMs = this.timers.monotonicMs();
    if (nowMs >= this.opensAtMs) {
      const { first, most } = widenedMarginMs;
      this.widened = {
        ms: Math.min(most, Math.max(first, this.widenedBy(nowMs) * 2)),
        atMs: nowMs,
      };
      this.opensAtMs = nowMs + this.settings.windowMs;
    }
    return Promise.resolve();
  }

  rest(): Promise<void> {
    return Promise.resolve();
  }

  private grant(nowMs: number, withinMs: number, lateLimitMs: number): SlotGrant {
    if (nowMs < this.opensAtMs) return { waitMs: this.opensAtMs - nowMs, tooLate: false };
    const atMs = this.nextMs(nowMs, lateLimitMs);
    if (atMs - nowMs > withinMs) return { waitMs: atMs - nowMs, tooLate: true };
    const id = `${this.name}${++this.taken}`;
    this.insert({ id, atMs, latestMs: atMs + lateLimitMs });
    return { slot: { id, atMs, lateLimitMs }, activeInstances: 1 };
  }

  private nextMs(nowMs: number, lateLimitMs: number): number {
    const oldest = this.sends.at(-this.settings.limit);
    if (oldest === undefined) return nowMs;
    const atMs = oldest.latestMs + this.windowMs(nowMs);
    return atMs <= nowMs || this.fitsNow(nowMs, lateLimitMs) ? nowMs : atMs;
  }

  /** Whether there is a hole that a slot has left which was given up. */
  private fitsNow(nowMs: number, lateLimitMs: number): boolean {
    if (this.settings.limit > largestSearch) return false;
    const latestMs = nowMs + lateLimitMs;
    const earliest = [...this.sends.map(({ atMs }) => atMs), nowMs].sort((a, b) => a - b);
    const latest = [...this.sends.map((send) => send.latestMs), latestMs].sort((a, b) => a - b);
    const windowMs = this.windowMs(nowMs);
    return earliest.slice(this.settings.limit).every((atMs, index) => {
      const before = latest[index] ?? 0;
      return atMs < nowMs || before > latestMs || atMs - before >= windowMs;
    });
  }

  private apply({ id, usedAtMs }: SlotReport): void {
    const index = this.sends.findLastIndex((send) => send.id === id);
    const [send] = index === -1 ? [] : this.sends.splice(index, 1);
    if (send !== undefined && usedAtMs !== undefined) this.insert({ ...send, latestMs: usedAtMs });
  }

  private insert(send: Send): void {
    const before = this.sends.findLastIndex(({ latestMs }) => latestMs <= send.latestMs);
    this.sends.splice(before + 1, 0, send);
  }

  private forget(nowMs: number): void {
    const since = nowMs - this.windowMs(nowMs);
    const kept = this.sends.findIndex(({ latestMs }) => latestMs > since);
    this.sends.splice(0, kept === -1 ? this.sends.length : kept);
  }

  private windowMs(nowMs: number): number {
    return this.settings.windowMs + baseMarginMs + this.widenedBy(nowMs);
  }

  private widenedBy(nowMs: number): number {
    return this.widened.ms * 0.5 ** ((nowMs - this.widened.atMs) / marginHalfLifeMs);
  }
}

/** The rings of an instance that shares its quota with none. */
export class MemoryLimiterFactory implements LimiterFactory {
  readonly state = 'local';
  readonly instances = 1;
  readonly roundTrips = 0;

  constructor(
    private readonly timers: Timers,
    private readonly settings: WindowSettings,
  ) {}

  open(): SlidingWindowLimiter {
    return new MemorySlidingWindow(this.timers, this.settings);
  }

  onState(): void {
    // It is always the same.
  }

  probeRedis(): void {
    // There is none.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
