import type { ZimRateLimitMode } from '../config/zim-call-options.js';
import { marginMs } from './sliding-window-limiter.js';

/** Round trips that an instance remembers; those before are forgotten, for networks change. */
const rememberedRoundTrips = 200;
/** With fewer of its own, an instance also uses the recent ones of the other instances. */
const ownRoundTrips = 100;
/** With fewer than this altogether, nothing is computed from how they differ. */
const enoughRoundTrips = 10;
/** What is assumed before the first reply, and the most that is ever assumed. */
const unknownJitterMs = 100;
const mostJitterMs = 250;
/** Until there are enough round trips: the jitter of one way is taken to be this part of the shortest of them. */
const initialPart = 0.35;
/**
 * How many deviations of the quicker replies the jitter of the way there is taken to be. 1.7 cover it where ZIM's time
 * to think varies by at least 1.4 times as much. Fewer are enough when several requests arrive together, for their
 * delays even out.
 */
const deviations = { strict: 1.7, efficient: 1, least: 0.5 };
/** The mode `efficient` takes so many deviations more after each refusal, and fewer again with each reply. */
const deviationsPerRefusal = 0.3;
/** The part of the round trips that count as usual; of the others, what exceeds them may be the way there. */
const usualPart = 0.95;
/** So many are unusual at least, for the first replies of a process are slow: but no more than half of all. */
const fewestUnusual = 5;
/** What a round trip takes longer than usual may have been lost on the way there, but hardly more than this. */
const mostUnusualMs = 300;
/**
 * Replies of a steady server are about as much slower than the median as others are quicker. What exceeds this multiple
 * of that may be a stall of a machine, on the way there: but a short one, for it may as well be the server.
 */
const steadyPart = { quickest: 0.05, slower: 1.5 };
const mostStallMs = 20;
/** The part of the requests that the mode `efficient` lets ZIM refuse in the long run. */
const refusedPart = 0.001;

/** How long round trips usually took at one time. */
export class UsualRoundTrip {
  /**
   * @param mostMs - few take longer
   * @param steadyMs - those of a steady server do not take longer
   */
  constructor(
    readonly mostMs: number,
    readonly steadyMs = mostMs,
  ) {}

  /** How much later than expected a request may have arrived whose round trip has taken so long. */
  lateMs(roundTripMs: number): number {
    const unusualMs = Math.min(mostUnusualMs, roundTripMs - this.mostMs);
    const stallMs = Math.min(mostStallMs, roundTripMs - this.steadyMs);
    return Math.max(0, unusualMs, stallMs);
  }
}

const unknownRoundTrip = new UsualRoundTrip(Infinity);

interface Estimates {
  readonly jitterMs: number;
  readonly usual: UsualRoundTrip;
}

/**
 * Estimates by how much later than the quickest a request may arrive. ZIM counts arrivals, which cannot be seen here; a
 * round trip also holds ZIM's time to think, and the way back. Those make some replies slow, but a reply is quick only
 * if all three were short: so the jitter is read from how the quicker half of the replies differs, never from one slow
 * reply.
 */
export class NetworkJitter {
  private readonly own: number[] = [];
  private unshared: number[] = [];
  private shared: readonly number[] = [];
  private estimates?: Estimates;

  private deviations: number;

  constructor(private readonly mode: ZimRateLimitMode) {
    this.deviations = deviations[mode];
  }

  /** Whether the round trips of other instances would make the estimate better. */
  get needsShared(): boolean {
    return this.own.length < ownRoundTrips;
  }

  get ms(): number {
    return this.estimated.jitterMs;
  }

  /** How long round trips usually take; infinitely long before the first one. */
  get usual(): UsualRoundTrip {
    return this.estimated.usual;
  }

  learn(roundTripMs: number): void {
    this.adapt(-refusedPart * deviationsPerRefusal);
    this.own.push(roundTripMs);
    this.unshared.push(roundTripMs);
    if (this.unshared.length > ownRoundTrips) this.unshared.shift();
    if (this.own.length > rememberedRoundTrips) this.own.shift();
    this.estimates = undefined;
  }

  /** ZIM has refused a request. */
  refused(): void {
    this.adapt(deviationsPerRefusal);
  }

  /** Returns what was learned since the last time, for the other instances. */
  takeUnshared(): readonly number[] {
    const roundTripsMs = this.unshared;
    this.unshared = [];
    return roundTripsMs;
  }

  /** @param roundTripsMs - the recent ones of all instances, also of this one */
  learnShared(roundTripsMs: readonly number[]): void {
    this.shared = roundTripsMs;
    this.estimates = undefined;
  }

  private adapt(change: number): void {
    if (this.mode === 'strict') return;
    const { least, strict } = deviations;
    this.deviations = Math.min(strict, Math.max(least, this.deviations + change));
    this.estimates = undefined;
  }

  private get estimated(): Estimates {
    const isShared = this.needsShared && this.shared.length > this.own.length;
    return (this.estimates ??= this.estimate([...(isShared ? this.shared : this.own)]));
  }

  private estimate(roundTripsMs: number[]): Estimates {
    const sorted = roundTripsMs.sort((a, b) => a - b);
    const [shortestMs] = sorted;
    if (shortestMs === undefined) return { jitterMs: unknownJitterMs, usual: unknownRoundTrip };
    const count = sorted.length;
    if (count < enoughRoundTrips) {
      const jitterMs = Math.min(mostJitterMs, initialPart * shortestMs);
      return { jitterMs, usual: new UsualRoundTrip(shortestMs + jitterMs) };
    }
    const usual = Math.min(usualPart * count, count - fewestUnusual);
    const usualMs = sorted[Math.max(count >> 1, Math.floor(usual))] ?? Infinity;
    const medianMs = sorted[count >> 1] ?? shortestMs;
    const quicker = sorted.slice(0, count >> 1);
    const squares = quicker.reduce((sum, ms) => sum + (medianMs - ms) ** 2, 0);
    // Few replies show less than what there is.
    const deviationMs = Math.sqrt(squares / quicker.length) * (1 + 0.5 / Math.sqrt(count));
    const quickestMs = sorted[Math.floor(steadyPart.quickest * count)] ?? shortestMs;
    const slowerMs = Math.max(marginMs.base, steadyPart.slower * (medianMs - quickestMs));
    return {
      jitterMs: Math.min(mostJitterMs, this.deviations * deviationMs),
      usual: new UsualRoundTrip(usualMs, medianMs + slowerMs),
    };
  }
}

const lateLimitMs = { least: 20, most: 200, initial: 60 };
/** With each slot, earlier lateness counts for this part of what it did: for the latest, and in the mean. */
const latenessDecay = { latest: 0.97, mean: 0.9 };
const busyMs = 8;

/** Tracks how late this process wakes for its slots, for other slots have to allow for that time. */
export class Lateness {
  meanMs = 0;
  private latestMs = (lateLimitMs.initial - lateLimitMs.least) / 2;

  /** A slot is returned rather than used later than this: twice as late as the latest of the recent ones, and more. */
  get limitMs(): number {
    return Math.min(lateLimitMs.most, lateLimitMs.least + 2 * this.latestMs);
  }

  /** Whether slots that are held far ahead are likely to be lost. */
  get isBusy(): boolean {
    return this.meanMs > busyMs;
  }

  learn(lateMs: number): void {
    const { latest, mean } = latenessDecay;
    this.latestMs = Math.max(lateMs, this.latestMs * latest);
    this.meanMs = mean * this.meanMs + (1 - mean) * lateMs;
  }
}
