import { Logger } from '@nestjs/common';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import type { Timers } from '../time/runtime.js';
import type { ZimRateLimitFigures, ZimRateLimitState } from './permit.js';

/** The right to send one request at a time, or a little later. Times are this instance's, monotonic. */
export interface Slot {
  readonly id: string;
  readonly atMs: number;
  /** The slot is returned rather than used later than this after `atMs`. */
  readonly lateLimitMs: number;
}

/** What became of a slot: when its request was sent, or that it was returned. */
export interface SlotReport {
  readonly id: string;
  readonly usedAtMs?: number;
}

export interface SlotRequest {
  /** Reports on earlier slots. Until its report, a slot counts as used at its late limit. */
  readonly reports: readonly SlotReport[];
  /** A slot later than this is of no use, and is not granted. */
  readonly withinMs: number;
  readonly lateLimitMs: number;
  /** If further calls wait: when the next slot is requested at the latest; infinity while that is not known. */
  readonly nextRequestByMs?: number;
}

/** A slot, with the number of instances that share the quota; or how long to wait before the next request. */
export type SlotGrant =
  | { readonly slot: Slot; readonly activeInstances: number }
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
export const marginMs = { base: 5, first: 20, most: 250, halfLife: 30_000 };
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
    private readonly timers: Timers,
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

/** Of a delay beyond this, the rest is ZIM's time to answer rather than the network's. */
const maxDelayMs = 150;
const initialDelayMs = 100;
/** The network may become slower: with each request the shortest round trip seen is raised by this factor. */
const shortestGrowth = 1.005;
/** Long delays are forgotten again, by this factor per request. */
const delayDecay = 0.95;

/**
 * Estimates how much later than the quickest a request may have arrived. ZIM counts arrivals, which this instance
 * cannot see; but a request is delayed at most by what its round trip exceeds the shortest one.
 */
export class LatencyEstimator {
  private shortestMs = Number.POSITIVE_INFINITY;
  /** The delay to assume for a request without a reply: the longest of the recent ones. */
  assumedDelayMs = initialDelayMs;

  /** Learns from a round trip, and returns how much that request may have been delayed. */
  delayMs(roundTripMs: number): number {
    this.shortestMs = Math.min(roundTripMs, this.shortestMs * shortestGrowth);
    const delayMs = Math.min(maxDelayMs, roundTripMs - this.shortestMs);
    this.assumedDelayMs = Math.max(delayMs, this.assumedDelayMs * delayDecay);
    return delayMs;
  }
}

const lateLimitMs = { min: 30, max: 200, initial: 60 };

/**
 * Tracks how late this process may use a slot, for other slots have to allow for that time: longer with each slot that
 * it missed because it woke too late, and shorter with each that it used.
 */
export class LatenessTracker {
  limitMs = lateLimitMs.initial;

  learn(isLate: boolean): void {
    this.limitMs = isLate
      ? Math.min(lateLimitMs.max, this.limitMs * 1.5)
      : Math.max(lateLimitMs.min, this.limitMs * 0.995);
  }
}
