import type { PacingTimers } from './quota-pacer.js';
import {
  baseMarginMs,
  marginHalfLifeMs,
  type RingSettings,
  type RingSource,
  type Slot,
  type SlotGrant,
  type SlotReport,
  type SlotRequest,
  type SlotRing,
  widenedMarginMs,
} from './slot-ring.js';

/** How a ring starts. */
export interface RingStart {
  /** It gives no slot before. */
  readonly opensAtMs?: number;
  /** Sends it has to count. */
  readonly slots?: readonly Slot[];
  /** What its slots' ids begin with. */
  readonly name?: string;
}

/** The ring of a single instance. */
export class MemoryRing implements SlotRing {
  /** The latest time at which each may be used, in order. */
  private readonly slots: Slot[] = [];
  private readonly name: string;
  private opensAtMs: number;
  private taken = 0;
  private widened = { ms: 0, atMs: 0 };

  constructor(
    private readonly timers: PacingTimers,
    private readonly settings: RingSettings,
    { opensAtMs = Number.NEGATIVE_INFINITY, slots = [], name = '' }: RingStart = {},
  ) {
    this.opensAtMs = opensAtMs;
    this.name = name;
    for (const slot of slots) this.insert(slot);
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

  private grant(nowMs: number, withinMs: number, lateLimitMs: number): SlotGrant {
    if (nowMs < this.opensAtMs) return { waitMs: this.opensAtMs - nowMs, tooLate: false };
    const oldest = this.slots.at(-this.settings.limit);
    const atMs = Math.max(nowMs, oldest === undefined ? nowMs : oldest.atMs + this.windowMs(nowMs));
    if (atMs - nowMs > withinMs) return { waitMs: atMs - nowMs, tooLate: true };
    const id = `${this.name}${++this.taken}`;
    this.insert({ id, atMs: atMs + lateLimitMs });
    return { slot: { id, atMs }, sharers: 1 };
  }

  private apply({ id, usedAtMs }: SlotReport): void {
    const index = this.slots.findLastIndex((slot) => slot.id === id);
    if (index === -1) return;
    this.slots.splice(index, 1);
    if (usedAtMs !== undefined) this.insert({ id, atMs: usedAtMs });
  }

  private insert(slot: Slot): void {
    const before = this.slots.findLastIndex(({ atMs }) => atMs <= slot.atMs);
    this.slots.splice(before + 1, 0, slot);
  }

  private forget(nowMs: number): void {
    const since = nowMs - this.windowMs(nowMs);
    const kept = this.slots.findIndex(({ atMs }) => atMs > since);
    this.slots.splice(0, kept === -1 ? this.slots.length : kept);
  }

  private windowMs(nowMs: number): number {
    return this.settings.windowMs + baseMarginMs + this.widenedBy(nowMs);
  }

  private widenedBy(nowMs: number): number {
    return this.widened.ms * 0.5 ** ((nowMs - this.widened.atMs) / marginHalfLifeMs);
  }
}

/** The rings of an instance that shares its quota with none. */
export class MemoryRings implements RingSource {
  readonly state = 'alone';
  readonly instances = 1;
  readonly roundTrips = 0;

  constructor(
    private readonly timers: PacingTimers,
    private readonly settings: RingSettings,
  ) {}

  open(): SlotRing {
    return new MemoryRing(this.timers, this.settings);
  }

  onState(): void {
    // It is always the same.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
