import type { ZimCallLane } from '../config/request-options.js';
import { Timer, waitAtMost } from '../time/runtime.js';
import { CallQueue, type QueueLimits } from './call-queue.js';
import type { Timers } from '../time/runtime.js';
import type { RateLimitListener } from './rate-limit-events.js';
import {
  type PermitRequest,
  RateLimitRefusal,
  type RateLimitRefusalReason,
  type Permit,
} from './permit.js';
import { SlotKeeper, type SlotUser } from './slot-keeper.js';
import type { WindowSettings, SlidingWindowLimiter } from './sliding-window-limiter.js';
import { WaitEstimator } from './estimators.js';

/** Calls that run out of time are looked for no more often than this. */
const sweepMs = 10;

interface WaitingCall extends PermitRequest {
  readonly sequence: number;
  readonly sinceMs: number;
  settle(result: Permit | RateLimitRefusal): void;
}

/**
 * The calls of one quota. Which one leaves is decided when a slot is there, so that lanes, turns, deadlines
 * and cancellation count until the last moment.
 */
export class PacedQuota implements SlotUser {
  private readonly queue: CallQueue<WaitingCall>;
  private readonly estimate: WaitEstimator;
  private readonly keeper: SlotKeeper;
  private readonly expiry: Timer;
  private sequence = 0;
  private closing = false;
  private onEmpty?: () => void;

  constructor(
    ring: SlidingWindowLimiter,
    settings: WindowSettings,
    limits: QueueLimits,
    private readonly timers: Timers,
    private readonly listener: RateLimitListener,
  ) {
    this.queue = new CallQueue(limits);
    this.estimate = new WaitEstimator(settings);
    this.keeper = new SlotKeeper(ring, timers, this, listener, settings);
    this.expiry = new Timer(timers, () => {
      this.expire();
    });
  }

  sizeOf(lane: ZimCallLane): number {
    return this.queue.sizeOf(lane);
  }

  take(call: PermitRequest): Promise<Permit | RateLimitRefusal> {
    const refusal = this.refusalOf(call);
    if (refusal !== undefined) {
      this.tellShed(call, refusal);
      return Promise.resolve(refusal);
    }
    return new Promise((resolve) => {
      this.enqueue(call, resolve);
    });
  }

  /** The ring has come back, or another has taken its place. */
  ringChanged(): void {
    this.keeper.askAgain();
  }

  throttled(): void {
    void this.keeper.pause();
  }

  /** Refuses new calls, lets the waiting ones leave while there is time, and refuses the rest. */
  async close(drainMs: number): Promise<void> {
    this.closing = true;
    if (this.queue.size > 0 && drainMs > 0) {
      const empty = new Promise<void>((resolve) => {
        this.onEmpty = resolve;
      });
      await waitAtMost(this.timers, drainMs, empty);
    }
    this.keeper.close();
    this.shed(this.queue.takeExpired(Number.POSITIVE_INFINITY), 'closed', 0);
    this.expiry.clear();
  }

  get waiting(): number {
    return this.queue.size;
  }

  get withinMs(): number {
    return this.queue.latestLeaveByMs - this.timers.monotonicMs();
  }

  expect(atMs: number, activeInstances: number): void {
    this.estimate.granted(atMs, activeInstances);
  }

  gaveUp(atMs: number): void {
    this.estimate.gaveUp(atMs);
  }

  closedUntil(atMs: number): void {
    this.estimate.closedUntil(atMs);
    const waitMs = atMs - this.timers.monotonicMs();
    if (waitMs > 0) this.refuse(waitMs);
  }

  refuse(waitMs: number): void {
    const cannot = this.queue.takeExpired(this.timers.monotonicMs() + waitMs);
    this.shed(cannot, 'too-late', waitMs);
  }

  use(permit: Permit): boolean {
    this.expire();
    const call = this.queue.takeNext();
    if (call === undefined) return false;
    call.settle(this.told(call, permit));
    return true;
  }

  private refusalOf(call: PermitRequest): RateLimitRefusal | undefined {
    if (this.closing) return new RateLimitRefusal('closed', 0);
    if (call.deadline.stopped !== undefined) return new RateLimitRefusal('aborted', 0);
    const nowMs = this.timers.monotonicMs();
    const before = this.queue.countBefore(call);
    const waitMs = this.estimate.waitMs(before, this.keeper.slotsHeld, nowMs);
    if (!this.queue.hasRoomFor(call)) return new RateLimitRefusal('full', waitMs);
    if (nowMs + waitMs > call.leaveByMs) return new RateLimitRefusal('too-late', waitMs);
    return undefined;
  }

  private enqueue(call: PermitRequest, resolve: (result: Permit | RateLimitRefusal) => void): void {
    const waiting: WaitingCall = {
      ...call,
      sequence: this.sequence++,
      sinceMs: this.timers.monotonicMs(),
      settle: (result) => {
        leave();
        resolve(result);
        if (this.queue.size === 0) this.emptied();
      },
    };
    const leave = call.deadline.onStop(() => {
      if (this.queue.remove(waiting)) this.shed([waiting], 'aborted', 0);
    });
    this.queue.add(waiting);
    this.listener({ type: 'queued', action: call.action, lane: call.lane });
    this.expiry.setFor(call.leaveByMs);
    this.keeper.pump();
  }

  private emptied(): void {
    this.expiry.clear();
    this.keeper.rest();
    this.onEmpty?.();
  }

  /** Calls whose time went by while they waited. */
  private expire(): void {
    const nowMs = this.timers.monotonicMs();
    this.shed(this.queue.takeExpired(nowMs), 'expired', 0);
    if (this.queue.size === 0) return;
    this.expiry.setFor(Math.max(this.queue.earliestLeaveByMs, nowMs + sweepMs));
  }

  private shed(
    calls: readonly WaitingCall[],
    reason: RateLimitRefusalReason,
    waitMs: number,
  ): void {
    for (const call of calls) {
      const waitedMs = this.timers.monotonicMs() - call.sinceMs;
      const refusal = new RateLimitRefusal(reason, Math.max(waitMs, waitedMs));
      this.tellShed(call, refusal);
      call.settle(refusal);
    }
  }

  private told({ action, lane, sinceMs }: WaitingCall, permit: Permit): Permit {
    let told = false;
    const sent = () => {
      if (told) return;
      told = true;
      permit.sent();
      const waitedMs = this.timers.monotonicMs() - sinceMs;
      this.listener({ type: 'sent', action, lane, waitedMs });
    };
    return {
      sent,
      answered: () => {
        // ZIM may answer before it has read all.
        sent();
        permit.answered();
      },
      ended: () => {
        permit.ended();
      },
    };
  }

  private tellShed({ action, lane }: PermitRequest, { reason, waitMs }: RateLimitRefusal): void {
    this.listener({ type: 'shed', action, lane, reason, waitMs });
  }
}
