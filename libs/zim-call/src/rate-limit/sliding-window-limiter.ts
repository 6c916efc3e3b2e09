import { Logger } from '@nestjs/common';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import type { ZimTimers } from '../time/runtime.js';
import type { ZimRateLimitFigures, ZimRateLimitState } from './permit.js';

/** The right to send one request at a time, or a little later. Times are this instance's, monotonic. */
export interface Slot {
  readonly id: string;
  readonly atMs: number;
  /** The request may arrive so much later than the quickest that is sent at `atMs`. */
  readonly spreadMs: number;
}

/** What became of a slot: until when its request counts, or that it was returned. */
export interface SlotReport {
  readonly id: string;
  /** The latest time at which it may have arrived, without the shortest way. */
  readonly usedAtMs?: number;
}

export interface SlotRequest {
  /** Reports on earlier slots. Until its report, a slot counts as used as late as its spread allows. */
  readonly reports: readonly SlotReport[];
  /** The round trips of this instance to ZIM that have ended since its last request. */
  readonly roundTripsMs?: readonly number[];
  /** Whether the grant should hold the recent round trips of all instances. */
  readonly wantsRoundTrips?: boolean;
  /** A slot later than this is of no use, and is not granted. */
  readonly withinMs: number;
  readonly spreadMs: number;
  /** If further calls wait: when the next slot is requested at the latest; infinity while that is not known. */
  readonly nextRequestByMs?: number | undefined;
}

/** A slot, with the number of instances that share the quota; or how long to wait before the next request. */
export type SlotGrant =
  | {
      readonly slot: Slot;
      readonly activeInstances: number;
      readonly roundTripsMs?: readonly number[] | undefined;
    }
  | { readonly slot?: undefined; readonly waitMs: number; readonly tooLate: boolean };

/**
 * Grants slots so that no window of time holds more sends than the limit: a slot is free when the oldest of the last
 * `limit` sends is a window and a margin old.
 */
export interface SlidingWindowLimiter {
  reserve(request: SlotRequest): Promise<SlotGrant>;
  /** ZIM has refused a request: no instance sends for one window, and the margin widens. */
  pause(): Promise<void>;
  /** No call waits any more: the announced next request will not come. */
  idle(): Promise<void>;
}

export interface LimiterFactory {
  figures(): Pick<ZimRateLimitFigures, 'state' | 'instances' | 'roundTrips'>;
  create(quota: string): SlidingWindowLimiter;
  onState(listener: (state: ZimRateLimitState) => void): void;
  /** Tries to reach a Redis that is unavailable, as a call that needs a slot does. */
  probeRedis(): void;
  close(): Promise<void>;
}

export const LIMITER_FACTORY = Symbol('LIMITER_FACTORY');

export type WindowSettings = Pick<ResolvedRateLimitOptions, 'limit' | 'windowMs'>;

/**
 * By how much the times between two requests may differ here and where they arrive. ZIM's first refusal adds `first`,
 * further ones add more, up to `most`; what is added halves in `halfLife`.
 */
export const marginMs = { base: 7, first: 20, most: 250, halfLife: 30_000 };
/** A larger quota is not searched for the gaps of returned slots: the time for that grows with it. */
export const largestSearch = 200;
/** A limiter that fails is called again after `min`; the wait doubles with every second failure, up to `max`. */
const retryMs = { min: 100, max: 2_000 };
const maxWindowsClosed = 5;

/** Calls a limiter that may fail, or answer nonsense: both become bounded waits, and its reports are sent again. */
export class GuardedLimiter {
  private readonly logger = new Logger('ZimRateLimit');
  private readonly maxWaitMs: number;
  private reports: SlotReport[] = [];
  private failures = 0;

  constructor(
    private readonly limiter: SlidingWindowLimiter,
    { windowMs }: WindowSettings,
    private readonly timers: ZimTimers,
  ) {
    this.maxWaitMs = maxWindowsClosed * windowMs;
  }

  report(report: SlotReport): void {
    this.reports.push(report);
  }

  /** Never rejects. */
  async reserve(request: Omit<SlotRequest, 'reports'>): Promise<SlotGrant> {
    const { reports } = this;
    this.reports = [];
    try {
      const grant = this.checked(await this.limiter.reserve({ ...request, reports }));
      this.failures = 0;
      return grant;
    } catch (error) {
      this.reports = [...reports, ...this.reports];
      return this.waitFor(this.failed(error));
    }
  }

  /** Delivers the reports at once, without a request for a slot that is of use. Never rejects. */
  async deliverReports(nextRequestByMs: number | undefined): Promise<void> {
    await this.reserve({ withinMs: -1, spreadMs: 0, nextRequestByMs });
  }

  /** Never rejects. */
  async run(operation: 'pause' | 'idle'): Promise<void> {
    try {
      await this.limiter[operation]();
    } catch (error) {
      this.failed(error);
    }
  }

  private checked(grant: SlotGrant): SlotGrant {
    if (grant.slot === undefined) return grant.tooLate ? grant : this.waitFor(grant.waitMs);
    if (grant.slot.atMs - this.timers.monotonicMs() <= this.maxWaitMs) return grant;
    this.report({ id: grant.slot.id });
    return this.waitFor(this.maxWaitMs);
  }

  private waitFor(waitMs: number): SlotGrant {
    // The comparison is false for NaN, too.
    return { waitMs: waitMs <= this.maxWaitMs ? waitMs : this.maxWaitMs, tooLate: false };
  }

  /** Logs the first of several failures, and returns how long to wait after this one. */
  private failed(error: unknown): number {
    if (this.failures === 0) {
      const reason = error instanceof Error ? error.message : 'unknown reason';
      this.logger.error(`The rate limiter failed and will be called again: ${reason}`);
    }
    return Math.min(retryMs.max, retryMs.min * 2 ** Math.floor(this.failures++ / 2));
  }
}
