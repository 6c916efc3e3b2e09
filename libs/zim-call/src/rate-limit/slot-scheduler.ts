import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import { Timer, type ZimTimers } from '../time/runtime.js';
import { CallQueue, type QueueLimits, WaitEstimator, type WaitingCall } from './call-queue.js';
import type { Permit, PermitRequest, ZimRateLimitListener, RateLimitRefusal } from './permit.js';
import { Lateness, NetworkJitter, type UsualRoundTrip } from './send-spread.js';
import {
  GuardedLimiter,
  marginMs,
  type SlidingWindowLimiter,
  type Slot,
  type SlotGrant,
  type WindowSettings,
} from './sliding-window-limiter.js';

/** With more slots held ahead, it would be decided too early which call leaves, and one instance could take all. */
const maxHeld = 2;
/** The next slot is reserved when the request was sent, which its reservation reports, or after this time. */
const sendingMs = 2;
/** In the mode `efficient`, ZIM's quota counts as used up only at the second refusal within so many windows. */
const refusalWindows = 5;

export type SchedulerSettings = WindowSettings &
  QueueLimits &
  Pick<ResolvedRateLimitOptions, 'mode'>;

type GrantedSlot = Exclude<SlotGrant, { slot?: undefined }>;

/**
 * Schedules the calls of one quota: reserves slots while calls wait, at most two ahead. Which call leaves is decided
 * when a slot fires, so that lanes, tenants, deadlines and cancellations count until then.
 */
export class SlotScheduler {
  readonly queue: CallQueue;
  private readonly limiter: GuardedLimiter;
  private readonly waits: WaitEstimator;
  private readonly jitter: NetworkJitter;
  private readonly lateness = new Lateness();
  private readonly wakeUp: Timer;
  private readonly held = new Map<Slot, Timer>();
  private reserving = 0;
  private opensAtMs = Number.NEGATIVE_INFINITY;
  private refusedAtMs = Number.NEGATIVE_INFINITY;
  private willReserve = false;
  private closed = false;

  constructor(
    limiter: SlidingWindowLimiter,
    private readonly settings: SchedulerSettings,
    private readonly timers: ZimTimers,
    private readonly emit: ZimRateLimitListener,
  ) {
    this.queue = new CallQueue(settings, timers, emit, this.releaseSlots.bind(this));
    this.limiter = new GuardedLimiter(limiter, settings, timers);
    this.waits = new WaitEstimator(settings);
    this.wakeUp = new Timer(timers, () => {
      this.reserveSlots();
    });
    this.jitter = new NetworkJitter(settings.mode);
  }

  acquire(request: PermitRequest): Promise<Permit | RateLimitRefusal> {
    const nowMs = this.timers.monotonicMs();
    const further = this.queue.countBefore(request) - this.held.size;
    const permit = this.queue.add(request, this.waits.waitMs(further, this.opensAtMs, nowMs));
    this.reserveSoon();
    return permit;
  }

  /** ZIM has refused a request. */
  pause(): void {
    const nowMs = this.timers.monotonicMs();
    const { mode, windowMs } = this.settings;
    const isExpected = mode === 'efficient' && nowMs - this.refusedAtMs > refusalWindows * windowMs;
    this.refusedAtMs = nowMs;
    this.jitter.refused();
    if (isExpected) return;
    void this.limiter.run('pause');
  }

  /** The limiter may have slots sooner than it said. */
  retryNow(): void {
    this.opensAtMs = Number.NEGATIVE_INFINITY;
    this.reserveSlots();
  }

  async close(drainMs: number): Promise<void> {
    await this.queue.drain(drainMs);
    this.closed = true;
    this.queue.close();
  }

  /** A process that makes many calls at once would read the grant too late to use the slot. */
  private reserveSoon(): void {
    if (this.willReserve) return;
    this.willReserve = true;
    setImmediate(() => {
      this.willReserve = false;
      this.reserveSlots();
    });
  }

  private reserveSlots(most = this.lateness.isBusy ? 1 : maxHeld): void {
    while (!this.closed && this.ahead < this.queue.size && this.ahead < most) {
      if (this.opensAtMs > this.timers.monotonicMs()) {
        this.wakeUp.setFor(this.opensAtMs);
        return;
      }
      void this.reserveSlot();
    }
  }

  private get ahead(): number {
    return this.reserving + this.held.size;
  }

  private async reserveSlot(): Promise<void> {
    this.reserving++;
    const lateLimitMs = this.lateness.limitMs;
    const grant = await this.limiter.reserve({
      roundTripsMs: this.jitter.takeUnshared(),
      wantsRoundTrips: this.jitter.needsShared,
      withinMs: this.queue.withinMs,
      spreadMs: lateLimitMs + this.jitterMs,
      nextRequestByMs: this.nextRequestByMs,
    });
    this.reserving--;
    if (this.closed) return;
    if (grant.slot === undefined) this.wait(grant);
    // The calls were cancelled meanwhile.
    else if (this.queue.size === 0) this.limiter.report({ id: grant.slot.id });
    else this.hold(grant, lateLimitMs);
    this.reserveSlots();
  }

  /** What the margin of the window does not cover already. A process that wakes late may also be late to write. */
  private get jitterMs(): number {
    const writingMs = this.lateness.isBusy ? 2 * this.lateness.meanMs : 0;
    // Independent delays add up like this.
    return Math.hypot(this.jitter.ms + writingMs, marginMs.base) - marginMs.base;
  }

  private get nextRequestByMs(): number | undefined {
    if (this.queue.size <= this.ahead) return undefined;
    return Math.min(...[...this.held.keys()].map(({ atMs }) => atMs));
  }

  private wait({ waitMs, tooLate }: Exclude<SlotGrant, GrantedSlot>): void {
    this.queue.refuseTooLate(waitMs);
    // After a refusal, calls that came meanwhile may still wait: they reserve in a later turn of the event loop.
    this.opensAtMs = this.timers.monotonicMs() + (tooLate ? 1 : waitMs);
  }

  private hold({ slot, activeInstances, roundTripsMs }: GrantedSlot, lateLimitMs: number): void {
    if (roundTripsMs !== undefined) this.jitter.learnShared(roundTripsMs);
    this.waits.granted(slot.atMs, activeInstances, this.jitterMs);
    const timer = new Timer(this.timers, this.fire.bind(this, slot, lateLimitMs));
    this.held.set(slot, timer);
    timer.setFor(slot.atMs);
  }

  private fire(slot: Slot, lateLimitMs: number): void {
    this.held.delete(slot);
    const lateMs = this.timers.monotonicMs() - slot.atMs;
    this.lateness.learn(lateMs);
    if (lateMs > lateLimitMs) {
      this.emit({ type: 'forfeited', lateMs });
      this.returnSlot(slot);
      // What was lost may still be of use, unless a slot that is held for later stands in its way.
      this.returnHeld();
      this.reserveSlots(maxHeld);
      return;
    }
    const call = this.queue.takeNext();
    if (call === undefined) {
      this.returnSlot(slot);
      return;
    }
    call.settle(this.permitFor(slot, call));
    if (this.queue.size > 0) this.wakeUp.setFor(this.timers.monotonicMs() + sendingMs);
  }

  private permitFor(slot: Slot, { action, lane, sinceMs }: WaitingCall): Permit {
    let request: { readonly sentAtMs: number; readonly usual: UsualRoundTrip } | undefined;
    let isOpen = true;
    const report = (atMs: number, lateMs = 0): number => {
      const usedAtMs = atMs + this.jitterMs + lateMs;
      this.limiter.report({ id: slot.id, usedAtMs });
      return usedAtMs;
    };
    const sent = () => {
      if (request !== undefined) return request;
      const sentAtMs = this.timers.monotonicMs();
      // The estimate of this time: later ones hold this request's own round trip.
      request = { sentAtMs, usual: this.jitter.usual };
      this.emit({ type: 'sent', action, lane, waitedMs: sentAtMs - sinceMs });
      // For example because it had to wait for a new connection.
      const isLate = report(sentAtMs) > slot.atMs + slot.spreadMs;
      if (isLate) void this.limiter.deliverReports(this.nextRequestByMs);
      this.reserveSlots();
      return request;
    };
    const ended = () => {
      if (isOpen && request === undefined) {
        this.returnSlot(slot);
        this.reserveSlots();
      }
      isOpen = false;
    };
    return {
      sent,
      answered: () => {
        // ZIM may reply before it has read the whole request.
        const { sentAtMs, usual } = sent();
        const roundTripMs = this.timers.monotonicMs() - sentAtMs;
        this.jitter.learn(roundTripMs);
        // The estimate was worse, or none, when it was sent.
        report(sentAtMs, usual.lateMs(roundTripMs));
        ended();
      },
      ended,
    };
  }

  private releaseSlots(): void {
    this.wakeUp.clear();
    this.returnHeld();
    if (!this.closed) void this.limiter.run('idle');
  }

  private returnHeld(): void {
    for (const [slot, timer] of this.held) {
      timer.clear();
      this.returnSlot(slot);
    }
    this.held.clear();
  }

  private returnSlot({ id, atMs }: Slot): void {
    this.limiter.report({ id });
    this.waits.returned(atMs);
  }
}
