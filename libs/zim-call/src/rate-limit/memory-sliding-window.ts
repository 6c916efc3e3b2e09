import type { ZimTimers } from '../time/runtime.js';
import {
  largestSearch,
  type LimiterFactory,
  marginMs,
  type SlidingWindowLimiter,
  type SlotGrant,
  type SlotReport,
  type SlotRequest,
  type WindowSettings,
} from './sliding-window-limiter.js';

/** The earliest and the latest time at which a slot can be used. */
interface Send {
  readonly id: string;
  readonly atMs: number;
  readonly latestMs: number;
}

type GrantRequest = Pick<SlotRequest, 'withinMs' | 'spreadMs'>;

export class MemorySlidingWindow implements SlidingWindowLimiter {
  /** In the order of their latest times. */
  private readonly sends: Send[] = [];
  private granted = 0;
  private opensAtMs = Number.NEGATIVE_INFINITY;
  private widened = { ms: 0, atMs: 0 };

  constructor(
    private readonly timers: ZimTimers,
    private readonly settings: WindowSettings,
    sends: readonly Required<SlotReport>[] = [],
    private readonly idPrefix = '',
  ) {
    for (const { id, usedAtMs } of sends) this.insert({ id, atMs: usedAtMs, latestMs: usedAtMs });
  }

  reserve({ reports, ...request }: SlotRequest): Promise<SlotGrant> {
    const nowMs = this.timers.monotonicMs();
    for (const report of reports) this.apply(report);
    const sinceMs = nowMs - this.windowMs(nowMs);
    while ((this.sends[0]?.latestMs ?? Infinity) <= sinceMs) this.sends.shift();
    return Promise.resolve(this.grant(nowMs, request));
  }

  pause(): Promise<void> {
    const nowMs = this.timers.monotonicMs();
    if (nowMs >= this.opensAtMs) {
      const { first, most } = marginMs;
      const ms = Math.min(most, Math.max(first, this.widenedBy(nowMs) * 2));
      this.widened = { ms, atMs: nowMs };
      this.opensAtMs = nowMs + this.settings.windowMs;
    }
    return Promise.resolve();
  }

  idle(): Promise<void> {
    return Promise.resolve();
  }

  private grant(nowMs: number, { withinMs, spreadMs }: GrantRequest): SlotGrant {
    if (nowMs < this.opensAtMs) return { waitMs: this.opensAtMs - nowMs, tooLate: false };
    const atMs = this.nextMs(nowMs, spreadMs);
    if (atMs - nowMs > withinMs) return { waitMs: atMs - nowMs, tooLate: true };
    const id = `${this.idPrefix}${++this.granted}`;
    this.insert({ id, atMs, latestMs: atMs + spreadMs });
    return { slot: { id, atMs, spreadMs }, activeInstances: 1 };
  }

  private nextMs(nowMs: number, spreadMs: number): number {
    const oldest = this.sends.at(-this.settings.limit);
    if (oldest === undefined) return nowMs;
    const atMs = oldest.latestMs + this.windowMs(nowMs);
    return atMs <= nowMs || this.fitsNow(nowMs, spreadMs) ? nowMs : atMs;
  }

  /** Whether a returned slot has left a gap for a send now. */
  private fitsNow(nowMs: number, spreadMs: number): boolean {
    if (this.settings.limit > largestSearch) return false;
    const latestMs = nowMs + spreadMs;
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

  private windowMs(nowMs: number): number {
    return this.settings.windowMs + marginMs.base + this.widenedBy(nowMs);
  }

  private widenedBy(nowMs: number): number {
    return this.widened.ms * 0.5 ** ((nowMs - this.widened.atMs) / marginMs.halfLife);
  }
}

/** The limiters of an instance that shares its quotas with no other one. */
export function memoryLimiters(timers: ZimTimers, settings: WindowSettings): LimiterFactory {
  return {
    figures: () => ({ state: 'local', instances: 1, roundTrips: 0 }),
    create: () => new MemorySlidingWindow(timers, settings),
    onState: () => undefined,
    probeRedis: () => undefined,
    close: () => Promise.resolve(),
  };
}
