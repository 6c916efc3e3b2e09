import { type ZimCallLane, zimCallLanes } from '../config/request-options.js';
import type { ResolvedRateLimitOptions } from '../config/zim-call-options.js';
import { OpenWork } from '../time/deadline.js';
import { Timer, type ZimTimers } from '../time/runtime.js';
import {
  type Permit,
  type PermitRequest,
  type ZimRateLimitListener,
  RateLimitRefusal,
  type ZimRateLimitRefusalReason,
} from './permit.js';
import { TenantQueue } from './tenant-queue.js';
import { marginMs, type WindowSettings } from './sliding-window-limiter.js';

export interface WaitingCall extends PermitRequest {
  readonly sinceMs: number;
  settle(result: Permit | RateLimitRefusal): void;
}

export type QueueLimits = Pick<ResolvedRateLimitOptions, 'maxQueued' | 'maxQueuedBytes'>;

/** The part of a full queue that only urgent calls may use. */
const reservedForUrgent = 0.2;
/** The share of the slots that each lane is sure of while calls wait in it. */
const laneShares: Readonly<Record<ZimCallLane, number>> = { urgent: 0.8, normal: 0.16, bulk: 0.04 };
/** Expired calls are looked for no more often than this. */
const expiryIntervalMs = 10;

/**
 * Bounded queue of the calls that wait for a quota. Lanes get their shares by stride scheduling: each call advances the
 * pass of its lane by the inverse of the lane's share, and the lane with the lowest pass goes next.
 */
export class CallQueue {
  readonly lanes: Readonly<Record<ZimCallLane, TenantQueue<WaitingCall>>> = {
    urgent: new TenantQueue(),
    normal: new TenantQueue(),
    bulk: new TenantQueue(),
  };
  private readonly passes: Record<ZimCallLane, number> = { urgent: 0, normal: 0, bulk: 0 };
  private currentPass = 0;
  private bytes = 0;
  private latestMs = Number.NEGATIVE_INFINITY;
  private readonly expiry: Timer;
  private readonly waiting: OpenWork;
  private closing = false;

  constructor(
    private readonly limits: QueueLimits,
    private readonly timers: ZimTimers,
    private readonly emit: ZimRateLimitListener,
    private readonly onEmpty: () => void,
  ) {
    this.expiry = new Timer(timers, this.refuseExpired.bind(this));
    this.waiting = new OpenWork(timers);
  }

  get size(): number {
    return zimCallLanes.reduce((sum, lane) => sum + this.lanes[lane].size, 0);
  }

  /** How long a call can wait, at most: of all that wait, the one with the latest deadline. */
  get withinMs(): number {
    return this.latestMs - this.timers.monotonicMs();
  }

  countBefore({ lane, tenant, leaveByMs }: PermitRequest): number {
    const inLane = this.lanes[lane].countBefore(tenant, leaveByMs);
    const busyShares = zimCallLanes
      .filter((one) => one === lane || this.lanes[one].size > 0)
      .reduce((sum, one) => sum + laneShares[one], 0);
    const withOtherLanes = Math.ceil(((inLane + 1) * busyShares) / laneShares[lane]) - 1;
    return Math.min(this.size, withOtherLanes);
  }

  /**
   * Resolves when the call may leave, or is refused. Never rejects.
   * @param waitMs - how long it is expected to wait
   */
  add(request: PermitRequest, waitMs: number): Promise<Permit | RateLimitRefusal> {
    const reason = this.reasonToRefuse(request, waitMs);
    if (reason !== undefined) {
      const isQueueing = reason === 'full' || reason === 'too-late';
      return Promise.resolve(this.shed(request, reason, isQueueing ? waitMs : 0));
    }
    const permit = new Promise<Permit | RateLimitRefusal>((resolve) => {
      const call: WaitingCall = {
        ...request,
        sinceMs: this.timers.monotonicMs(),
        settle: (result) => {
          stopListening();
          resolve(result);
          if (this.size > 0) return;
          this.expiry.clear();
          this.onEmpty();
        },
      };
      const stopListening = request.deadline.onStop(() => {
        this.refuse(call, 'aborted');
      });
      this.insert(call);
      this.emit({ type: 'queued', action: request.action, lane: request.lane });
      this.expiry.setFor(request.leaveByMs);
    });
    return this.waiting.add(permit);
  }

  takeNext(): WaitingCall | undefined {
    this.refuseExpired();
    const lane = this.nextLane();
    const call = lane && this.lanes[lane].takeNext();
    if (call !== undefined) this.bytes -= call.bytes;
    return call;
  }

  refuseTooLate(waitMs: number): void {
    this.refuseDue(this.timers.monotonicMs() + waitMs, 'too-late', waitMs);
  }

  /** Refuses new calls, and resolves when the waiting ones have left, after `limitMs` at the latest. */
  async drain(limitMs: number): Promise<void> {
    this.closing = true;
    await this.waiting.settled(limitMs);
  }

  close(): void {
    this.refuseDue(Infinity, 'closed');
  }

  private reasonToRefuse(
    call: PermitRequest,
    waitMs: number,
  ): ZimRateLimitRefusalReason | undefined {
    const { lane, bytes, leaveByMs, deadline } = call;
    if (this.closing) return 'closed';
    if (deadline.stopped !== undefined) return 'aborted';
    const part = lane === 'urgent' ? 1 : 1 - reservedForUrgent;
    const { maxQueued, maxQueuedBytes } = this.limits;
    const fits =
      this.size + 1 <= Math.max(1, maxQueued * part) && this.bytes + bytes <= maxQueuedBytes * part;
    // An empty queue takes a call of any size, which could never leave otherwise.
    if (!fits && this.size > 0) return 'full';
    return this.timers.monotonicMs() + waitMs > leaveByMs ? 'too-late' : undefined;
  }

  private insert(call: WaitingCall): void {
    if (this.size === 0) this.latestMs = Number.NEGATIVE_INFINITY;
    const { lane } = call;
    // A lane gains nothing from having been empty.
    if (this.lanes[lane].size === 0)
      this.passes[lane] = Math.max(this.passes[lane], this.currentPass);
    this.lanes[lane].add(call);
    this.bytes += call.bytes;
    this.latestMs = Math.max(this.latestMs, call.leaveByMs);
  }

  private nextLane(): ZimCallLane | undefined {
    const [next] = zimCallLanes
      .filter((lane) => this.lanes[lane].size > 0)
      .sort((a, b) => this.passes[a] - this.passes[b]);
    if (next === undefined) return undefined;
    this.currentPass = this.passes[next];
    this.passes[next] += 1 / laneShares[next];
    return next;
  }

  private refuseExpired(): void {
    const nowMs = this.timers.monotonicMs();
    this.refuseDue(nowMs, 'expired');
    if (this.size === 0) return;
    const dueMs = this.firstCalls().reduce((ms, call) => Math.min(ms, call.leaveByMs), Infinity);
    this.expiry.setFor(Math.max(dueMs, nowMs + expiryIntervalMs));
  }

  private refuseDue(leaveByMs: number, reason: ZimRateLimitRefusalReason, waitMs = 0): void {
    for (;;) {
      const due = this.firstCalls().filter((call) => call.leaveByMs <= leaveByMs);
      if (due.length === 0) return;
      for (const call of due) this.refuse(call, reason, waitMs);
    }
  }

  private refuse(call: WaitingCall, reason: ZimRateLimitRefusalReason, waitMs = 0): void {
    if (!this.lanes[call.lane].remove(call)) return;
    this.bytes -= call.bytes;
    const waitedMs = this.timers.monotonicMs() - call.sinceMs;
    call.settle(this.shed(call, reason, Math.max(waitMs, waitedMs)));
  }

  private shed({ action, lane }: PermitRequest, reason: ZimRateLimitRefusalReason, waitMs: number) {
    this.emit({ type: 'shed', action, lane, reason, waitMs });
    return new RateLimitRefusal(reason, waitMs);
  }

  /** The call of each tenant that has to leave first. */
  private firstCalls(): WaitingCall[] {
    return zimCallLanes.flatMap((lane) => this.lanes[lane].firstCalls());
  }
}

/** Estimates how long a new call would wait: an instance's slots repeat after a window, as its share of the quota. */
export class WaitEstimator {
  private readonly grantedAtMs: number[] = [];
  private activeInstances = 1;
  private jitterMs = 0;

  constructor(private readonly settings: WindowSettings) {}

  granted(atMs: number, activeInstances: number, jitterMs: number): void {
    this.jitterMs = jitterMs;
    this.grantedAtMs.push(atMs);
    if (this.grantedAtMs.length > this.settings.limit) this.grantedAtMs.shift();
    this.activeInstances = Math.max(1, activeInstances);
  }

  returned(atMs: number): void {
    const index = this.grantedAtMs.lastIndexOf(atMs);
    if (index !== -1) this.grantedAtMs.splice(index, 1);
  }

  /** @param further - how many slots go to other calls first, besides those that are held already */
  waitMs(further: number, opensAtMs: number, nowMs: number): number {
    if (further < 0) return Math.max(0, (this.grantedAtMs.at(further) ?? nowMs) - nowMs);
    const { limit, windowMs } = this.settings;
    const share = Math.max(1, Math.floor(limit / this.activeInstances));
    const roundMs =
      ((windowMs + marginMs.base + this.jitterMs) * share * this.activeInstances) / limit;
    const base = this.grantedAtMs.at((further % share) - share);
    const firstMs = Math.max(nowMs, opensAtMs, base === undefined ? nowMs : base + roundMs);
    return firstMs - nowMs + Math.floor(further / share) * roundMs;
  }
}
