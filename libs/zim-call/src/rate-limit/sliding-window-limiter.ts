import type { RateLimitState } from './permit.js';

/** The right to send one request at a time, or a little later. Times are this instance's, monotonic. */
export interface Slot {
  readonly id: string;
  readonly atMs: number;
  /** It is given up rather than used later than this. */
  readonly lateLimitMs: number;
}

/** A send that a ring has to count, at the latest time at which it may have been. */
export interface KnownSend {
  readonly id: string;
  readonly atMs: number;
}

/** What became of a slot: when its request was written, or that it was given up. */
export interface SlotReport {
  readonly id: string;
  readonly usedAtMs?: number;
}

export interface SlotRequest {
  /** Of slots taken before. Until its report a slot counts as used at its late limit. */
  readonly reports: readonly SlotReport[];
  /** A slot further away than this helps nobody, and is not taken. */
  readonly withinMs: number;
  /** The slot's late limit. */
  readonly lateLimitMs: number;
  /** If calls wait for further slots: when the next is asked for at the latest; infinity if that is not known yet. */
  readonly nextRequestByMs?: number;
}

/** A slot and how many instances share the quota at the moment; or how long to wait before asking again. */
export type SlotGrant =
  | { readonly slot: Slot; readonly activeInstances: number }
  | { readonly slot?: undefined; readonly waitMs: number; readonly tooLate: boolean };

/**
 * The engine of rateLimit: hands out slots so that no window of time holds more sends than the quota. A slot is
 * free when the oldest of the last `limit` sends is a window and a margin old.
 */
export interface SlidingWindowLimiter {
  /** Never rejects. */
  reserve(request: SlotRequest): Promise<SlotGrant>;
  /** ZIM has refused a request: nobody sends for one window, and the margin widens. */
  pause(): Promise<void>;
  /** No call waits any more: no further slot will be asked for, though that was said. */
  rest(): Promise<void>;
}

/** Opens the rings of an instance, one for each quota. */
export interface LimiterFactory {
  readonly state: RateLimitState;
  /** Instances seen, this one among them. */
  readonly instances: number;
  /** Commands sent to Redis so far. */
  readonly roundTrips: number;
  open(quota: string): SlidingWindowLimiter;
  onState(listener: (state: RateLimitState) => void): void;
  /** Looks for a Redis that is away, as a call that wants a slot does. */
  probeRedis(): void;
  close(): Promise<void>;
}

export interface WindowSettings {
  /** Sends in a window. */
  readonly limit: number;
  readonly windowMs: number;
}

/** What may lie between the times at which two requests leave here and those at which they arrive. */
export const baseMarginMs = 5;
/** Where the first refusal widens the margin to, and how far further ones can. */
export const widenedMarginMs = { first: 20, most: 250 };
/** Of a larger quota no hole is looked for: that costs time that grows with it. */
export const largestSearch = 200;
/** A widened margin halves in this time. */
export const marginHalfLifeMs = 30_000;
