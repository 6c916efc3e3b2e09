import type { Perishable } from './deadline-order.js';
import { laneShares, LaneTurns } from './lane-turns.js';
import { type ZimCallLane, zimCallLanes } from '../config/request-options.js';
import { TenantTurns } from './tenant-turns.js';

export interface Queueable extends Perishable {
  readonly lane: ZimCallLane;
  readonly tenant: string;
  readonly bytes: number;
}

export interface QueueLimits {
  readonly maxQueued: number;
  readonly maxQueuedBytes: number;
}

/** The part of a full queue that only urgent calls may use. */
const keptForUrgent = 0.2;

/** What waits for a slot: lanes by their shares, in each the tenants in turn, of each the earliest deadline. */
export class CallQueue<T extends Queueable> {
  private readonly lanes: Record<ZimCallLane, TenantTurns<T>> = {
    urgent: new TenantTurns(),
    normal: new TenantTurns(),
    bulk: new TenantTurns(),
  };
  private readonly turns = new LaneTurns();
  private bytes = 0;
  private latestMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly limits: QueueLimits) {}

  get size(): number {
    return zimCallLanes.reduce((sum, lane) => sum + this.lanes[lane].size, 0);
  }

  sizeOf(lane: ZimCallLane): number {
    return this.lanes[lane].size;
  }

  /** Nothing that waits may leave later than this. */
  get latestLeaveByMs(): number {
    return this.latestMs;
  }

  /** When the first one is out of time. */
  get earliestLeaveByMs(): number {
    return this.heads().reduce((least, { leaveByMs }) => Math.min(least, leaveByMs), Infinity);
  }

  hasRoomFor({ lane, bytes }: Pick<T, 'lane' | 'bytes'>): boolean {
    // A call that is larger than all the room there is could never leave.
    if (this.size === 0) return true;
    const part = lane === 'urgent' ? 1 : 1 - keptForUrgent;
    const { maxQueued, maxQueuedBytes } = this.limits;
    return (
      this.size + 1 <= Math.max(1, maxQueued * part) && this.bytes + bytes <= maxQueuedBytes * part
    );
  }

  add(item: T): void {
    if (this.size === 0) this.latestMs = Number.NEGATIVE_INFINITY;
    const lane = this.lanes[item.lane];
    if (lane.size === 0) this.turns.join(item.lane);
    lane.add(item);
    this.bytes += item.bytes;
    this.latestMs = Math.max(this.latestMs, item.leaveByMs);
  }

  takeNext(): T | undefined {
    const lane = this.turns.next((one) => this.lanes[one].size > 0);
    const item = lane && this.lanes[lane].takeNext();
    if (item !== undefined) this.bytes -= item.bytes;
    return item;
  }

  /** Whether it was there. */
  remove(item: T): boolean {
    const removed = this.lanes[item.lane].remove(item);
    if (removed) this.bytes -= item.bytes;
    return removed;
  }

  /** Takes out everything that must have left by then. */
  takeExpired(nowMs: number): T[] {
    const expired: T[] = [];
    for (;;) {
      const late = this.heads().filter(({ leaveByMs }) => leaveByMs <= nowMs);
      if (late.length === 0) return expired;
      for (const item of late) if (this.remove(item)) expired.push(item);
    }
  }

  /** At most so many leave before a further one of this kind. */
  countBefore({ lane, tenant, leaveByMs }: Pick<T, 'lane' | 'tenant' | 'leaveByMs'>): number {
    const inLane = this.lanes[lane].countBefore(tenant, leaveByMs);
    const busyShares = zimCallLanes
      .filter((one) => one === lane || this.lanes[one].size > 0)
      .reduce((sum, one) => sum + laneShares[one], 0);
    const withOthers = Math.ceil(((inLane + 1) * busyShares) / laneShares[lane]) - 1;
    return Math.min(this.size, withOthers);
  }

  private heads(): T[] {
    return zimCallLanes.flatMap((lane) => [...this.lanes[lane].heads()]);
  }
}
