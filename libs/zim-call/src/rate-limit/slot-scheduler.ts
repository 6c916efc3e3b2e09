import { Timer, type Timers } from '../time/runtime.js';
import { CallQueue, type QueueLimits, WaitEstimator, type WaitingCall } from './call-queue.js';
import type { Permit, PermitRequest, ZimRateLimitListener, RateLimitRefusal } from './permit.js';
import {
  GuardedLimiter,
  LatencyEstimator,
  LatenessTracker,
  type SlidingWindowLimiter,
  type Slot,
  type SlotGrant,
  type WindowSettings,
} from './sliding-window-limiter.js';

/** With more slots held ahead, it would be decided too early which call leaves, and one instance could take all. */
const maxHeld = 2;
/**
 * The next slot is reserved once ZIM has replied, when the limiter can learn how late the request may have arrived;
 * but waiting calls wait no longer than this for a reply.
 */
const replyWaitMs = 25;

/**
 * Schedules the calls of one quota: reserves slots while calls wait, at most two ahead. Which call leaves is decided
 * when a slot fires, so that lanes, tenants, deadlines and cancellations count until then.
 */
export class SlotScheduler {
  readonly queue: CallQueue;
  private readonly limiter: GuardedLimiter;
  private readonly waits: WaitEstimator;
  private readonly latency = new LatencyEstimator();
  private readonly lateness = new LatenessTracker();
  private readonly wakeUp: Timer;
  private readonly held = new Map<Slot, Timer>();
  /** The slots of requests in flight, and when those left. */
  private readonly inFlight = new Map<Slot, number>();
  /** Slots ahead and requests in flight, at most; of a raised quota more, or it could not be used. */
  private readonly maxPending: number;
  private reserving = 0;
  private opensAtMs = Number.NEGATIVE_INFINITY;
  private closed = false;

  constructor(
    limiter: SlidingWindowLimiter,
    settings: WindowSettings & QueueLimits,
    private readonly timers: Timers,
    private readonly emit: ZimRateLimitListener,
  ) {
    this.queue = new CallQueue(settings, timers, emit, this.releaseSlots.bind(this));
    this.limiter = new GuardedLimiter(limiter, settings, timers);
    this.waits = new WaitEstimator(settings);
    this.wakeUp = new Timer(timers, this.reserveSlots.bind(this));
    const { limit, windowMs } = settings;
    this.maxPending = Math.max(maxHeld, Math.ceil((limit * replyWaitMs) / windowMs));
  }

  acquire(request: PermitRequest): Promise<Permit | RateLimitRefusal> {
    const nowMs = this.timers.monotonicMs();
    const further = this.queue.countBefore(request) - this.held.size;
    const permit = this.queue.add(request, this.waits.waitMs(further, this.opensAtMs, nowMs));
    this.reserveSlots();
    return permit;
  }

  pause(): void {
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

  private reserveSlots(): void {
    while (!this.closed && this.ahead < this.queue.size && this.ahead < maxHeld) {
      const waitUntilMs = Math.max(this.opensAtMs, this.nextReservationMs());
      if (waitUntilMs > this.timers.monotonicMs()) {
        this.wakeUp.setFor(waitUntilMs);
        return;
      }
      void this.reserveSlot();
    }
  }

  private get ahead(): number {
    return this.reserving + this.held.size;
  }

  /** When the requests in flight allow a further slot. */
  private nextReservationMs(): number {
    const nowMs = this.timers.monotonicMs();
    const repliesByMs = [...this.inFlight.values()]
      .map((sinceMs) => sinceMs + replyWaitMs)
      .filter((atMs) => atMs > nowMs);
    return this.ahead + repliesByMs.length < this.maxPending ? nowMs : Math.min(...repliesByMs);
  }

  private async reserveSlot(): Promise<void> {
    this.reserving++;
    const grant = await this.limiter.reserve({
      withinMs: this.queue.withinMs,
      lateLimitMs: this.lateness.limitMs,
      nextRequestByMs: this.nextRequestByMs,
    });
    this.reserving--;
    if (this.closed) return;
    if (grant.slot === undefined) this.wait(grant);
    // The calls were cancelled meanwhile.
    else if (this.queue.size === 0) this.limiter.report({ id: grant.slot.id });
    else this.hold(grant.slot, grant.activeInstances);
    this.reserveSlots();
  }

  private get nextRequestByMs(): number | undefined {
    if (this.queue.size <= this.ahead) return undefined;
    return Math.min(...[...this.held.keys()].map(({ atMs }) => atMs));
  }

  private wait({ waitMs, tooLate }: Exclude<SlotGrant, { slot: Slot }>): void {
    this.queue.refuseTooLate(waitMs);
    // After a refusal, calls that came meanwhile may still wait: they reserve in a later turn of the event loop.
    this.opensAtMs = this.timers.monotonicMs() + (tooLate ? 1 : waitMs);
  }

  private hold(slot: Slot, activeInstances: number): void {
    this.waits.granted(slot.atMs, activeInstances);
    const timer = new Timer(this.timers, this.fire.bind(this, slot));
    this.held.set(slot, timer);
    timer.setFor(slot.atMs);
  }

  private fire(slot: Slot): void {
    this.held.delete(slot);
    const lateMs = this.timers.monotonicMs() - slot.atMs;
    const isLate = lateMs > slot.lateLimitMs;
    this.lateness.learn(isLate);
    if (isLate) this.emit({ type: 'forfeited', lateMs });
    const call = isLate ? undefined : this.queue.takeNext();
    if (call === undefined) this.returnSlot(slot);
    else call.settle(this.permitFor(slot, call));
    this.reserveSlots();
  }

  private permitFor(slot: Slot, { action, lane, sinceMs }: WaitingCall): Permit {
    this.inFlight.set(slot, this.timers.monotonicMs());
    let sentAtMs: number | undefined;
    const sent = (): number => {
      if (sentAtMs !== undefined) return sentAtMs;
      sentAtMs = this.timers.monotonicMs();
      this.limiter.report({ id: slot.id, usedAtMs: sentAtMs + this.latency.assumedDelayMs });
      this.emit({ type: 'sent', action, lane, waitedMs: sentAtMs - sinceMs });
      return sentAtMs;
    };
    const ended = () => {
      if (!this.inFlight.delete(slot)) return;
      if (sentAtMs === undefined) this.returnSlot(slot);
      this.reserveSlots();
    };
    return {
      sent,
      answered: () => {
        // ZIM may reply before it has read the whole request.
        const atMs = sent();
        const delayMs = this.latency.delayMs(this.timers.monotonicMs() - atMs);
        this.limiter.report({ id: slot.id, usedAtMs: atMs + delayMs });
        ended();
      },
      ended,
    };
  }

  private releaseSlots(): void {
    this.wakeUp.clear();
    for (const [slot, timer] of this.held) {
      timer.clear();
      this.returnSlot(slot);
    }
    this.held.clear();
    if (!this.closed) void this.limiter.run('idle');
  }

  private returnSlot({ id, atMs }: Slot): void {
    this.limiter.report({ id });
    this.waits.returned(atMs);
  }
}
