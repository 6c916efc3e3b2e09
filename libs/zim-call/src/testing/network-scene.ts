import type { ZimRateLimitMode } from '../config/zim-call-options.js';
import { MemorySlidingWindow } from '../rate-limit/memory-sliding-window.js';
import { RateLimitRefusal } from '../rate-limit/permit.js';
import type {
  SlidingWindowLimiter,
  SlotGrant,
  SlotRequest,
} from '../rate-limit/sliding-window-limiter.js';
import { SlotScheduler } from '../rate-limit/slot-scheduler.js';
import { ManualRuntime, pendingWork } from './manual-runtime.js';
import { ManualStop } from './manual-stop.js';

/** Times in milliseconds; the ways vary evenly by as much up as down. */
export interface Network {
  readonly wayMs: number;
  readonly variesByMs: number;
  readonly thinkingMs: readonly [number, number];
  readonly lateReplies?: { readonly part: number; readonly byMs: number };
}

const quota = { limit: 20, windowMs: 1_000 };
const redisMs = 0.5;
const shared = 100;

/** Instances of a backend, ZIM, and a network between them, on a clock that the test advances. */
export class NetworkScene {
  readonly runtime = new ManualRuntime();
  readonly arrivals: { atMs: number; isAccepted: boolean }[] = [];
  readonly startMs = this.runtime.nowMs;
  private readonly accepted: number[] = [];
  private readonly schedulers: SlotScheduler[];

  constructor(
    private readonly network: Network,
    private readonly random: () => number,
    { instances, mode }: { instances: number; mode: ZimRateLimitMode },
  ) {
    const limiter = new SharedWindow(this.runtime);
    const settings = { ...quota, mode, maxQueued: 10_000, maxQueuedBytes: 1e9 };
    const timers = {
      monotonicMs: () => this.runtime.nowMs,
      // As Node's timers, which fire up to a millisecond and a half late.
      setTimer: (delayMs: number, callback: () => void) =>
        this.runtime.setTimer(delayMs + 1.5 * random(), callback),
    };
    this.schedulers = Array.from(
      { length: instances },
      () => new SlotScheduler(limiter, settings, timers, () => undefined),
    );
  }

  /** A call of an instance; if ZIM refuses it, the instance makes it again. */
  async call(instance: number): Promise<void> {
    const scheduler = this.schedulers[instance % this.schedulers.length];
    for (;;) {
      const permit = await scheduler?.acquire({
        action: 'CallInvite',
        lane: 'normal',
        tenant: '',
        bytes: 100,
        leaveByMs: Number.POSITIVE_INFINITY,
        deadline: new ManualStop(),
      });
      if (permit === undefined || permit instanceof RateLimitRefusal) throw new Error('refused');
      permit.sent();
      await this.later(this.way());
      const isAccepted = this.arrive();
      const { thinkingMs, lateReplies: late } = this.network;
      const backMs = this.way() + (late && this.random() < late.part ? late.byMs : 0);
      await this.later(this.between(...thinkingMs) + backMs);
      permit.answered();
      if (isAccepted) return;
      scheduler?.pause();
    }
  }

  async run(ms: number): Promise<void> {
    const endMs = this.runtime.nowMs + ms;
    await pendingWork();
    while (this.runtime.nextTimerMs <= endMs) {
      this.runtime.advance(Math.max(0, this.runtime.nextTimerMs - this.runtime.nowMs));
      await pendingWork();
    }
    this.runtime.advance(endMs - this.runtime.nowMs);
  }

  private later(ms: number): Promise<void> {
    return new Promise((resolve) => this.runtime.setTimer(ms, resolve));
  }

  private way(): number {
    const { wayMs, variesByMs } = this.network;
    return this.between(wayMs - variesByMs, wayMs + variesByMs);
  }

  private between(least: number, most: number): number {
    return least + (most - least) * this.random();
  }

  private arrive(): boolean {
    const atMs = this.runtime.nowMs;
    while ((this.accepted[0] ?? Infinity) <= atMs - quota.windowMs) this.accepted.shift();
    const isAccepted = this.accepted.length < quota.limit;
    if (isAccepted) this.accepted.push(atMs);
    this.arrivals.push({ atMs: atMs - this.startMs, isAccepted });
    return isAccepted;
  }
}

/** What Redis is to the instances: one window, a little away, that also passes on their round trips. */
class SharedWindow implements SlidingWindowLimiter {
  private readonly window: MemorySlidingWindow;
  private roundTripsMs: number[] = [];

  constructor(private readonly runtime: ManualRuntime) {
    this.window = new MemorySlidingWindow(runtime, quota);
  }

  async reserve(request: SlotRequest): Promise<SlotGrant> {
    await this.away();
    this.roundTripsMs = [...this.roundTripsMs, ...(request.roundTripsMs ?? [])].slice(-shared);
    const grant = await this.window.reserve(request);
    await this.away();
    return grant.slot === undefined || request.wantsRoundTrips !== true
      ? grant
      : { ...grant, roundTripsMs: this.roundTripsMs };
  }

  pause(): Promise<void> {
    return this.window.pause();
  }

  idle(): Promise<void> {
    return this.window.idle();
  }

  private away(): Promise<void> {
    return new Promise((resolve) => this.runtime.setTimer(redisMs, resolve));
  }
}
