import { Timer } from '../time/runtime.js';
import type { RateLimitListener } from './rate-limit-events.js';
import { Punctuality } from './punctuality.js';
import type { Permit } from './permit.js';
import type { Timers } from '../time/runtime.js';
import { RingFailures } from './guarded-limiter.js';
import { TravelTime } from './travel-time.js';
import type {
  WindowSettings,
  Slot,
  SlotGrant,
  SlotReport,
  SlidingWindowLimiter,
} from './sliding-window-limiter.js';

/** With more held ahead, it would be decided too early who sends, and one instance could take all. */
const mostHeld = 2;
/**
 * The next slot is taken once ZIM has answered, for then the ring can be told how late a request may have
 * arrived; but those that wait need not wait longer than this for an answer.
 */
const answerHoldMs = 25;
/** No ring closes for longer than a few windows: it is asked again after so many. */
const mostWindowsClosed = 5;

/** Who needs slots. */
export interface SlotUser {
  /** How many calls wait. */
  readonly waiting: number;
  /** Slots further away are of no use. */
  readonly withinMs: number;
  /** A slot is to come at this time, from a ring that so many share. */
  expect(atMs: number, activeInstances: number): void;
  /** The slot of this time will not be used. */
  gaveUp(atMs: number): void;
  /** There will be no slot before this time. */
  closedUntil(atMs: number): void;
  /** There is no slot in time: the next one takes so long. */
  refuse(waitMs: number): void;
  /** Whether a call was there to take it. */
  use(permit: Permit): boolean;
}

/** Gets slots from a ring and fires them in time, at most two ahead. */
export class SlotKeeper {
  private readonly punctuality = new Punctuality();
  private readonly travelTime = new TravelTime();
  private readonly resume: Timer;
  /** How many may be held or on their way: a quota that was raised must not wait for answers. */
  private readonly room: number;
  private readonly held = new Map<Slot, Timer>();
  /** Since when requests are on their way. */
  private readonly travelling = new Set<{ readonly sinceMs: number }>();
  private reports: SlotReport[] = [];
  private asking = 0;
  private opensAtMs = Number.NEGATIVE_INFINITY;
  private closed = false;
  private readonly failures = new RingFailures();
  private readonly mostWaitMs: number;

  constructor(
    private readonly ring: SlidingWindowLimiter,
    private readonly timers: Timers,
    private readonly user: SlotUser,
    private readonly listener: RateLimitListener,
    { limit, windowMs }: WindowSettings,
  ) {
    this.mostWaitMs = mostWindowsClosed * windowMs;
    this.room = Math.max(mostHeld, Math.ceil((limit * answerHoldMs) / windowMs));
    this.resume = new Timer(timers, () => {
      this.pump();
    });
  }

  /** Slots that have not fired. */
  get slotsHeld(): number {
    return this.held.size;
  }

  /** Sees to it that there are as many slots ahead as calls need. */
  pump(): void {
    while (!this.closed && this.ahead < this.user.waiting && this.ahead < mostHeld) {
      const waitUntilMs = Math.max(this.opensAtMs, this.roomAtMs());
      if (waitUntilMs > this.timers.monotonicMs()) {
        this.resume.setFor(waitUntilMs);
        return;
      }
      void this.ask();
    }
  }

  /** ZIM has refused a request for its rate. */
  async pause(): Promise<void> {
    await this.failures.guard(() => this.ring.pause());
  }

  /** The ring may have slots sooner than it said. */
  askAgain(): void {
    this.opensAtMs = Number.NEGATIVE_INFINITY;
    this.user.closedUntil(this.opensAtMs);
    this.pump();
  }

  /** Nobody waits any more: slots are given back, and nothing has to wake up. */
  rest(): void {
    this.resume.clear();
    for (const [slot, alarm] of this.held) {
      alarm.clear();
      this.giveUp(slot);
    }
    this.held.clear();
    if (!this.closed) void this.failures.guard(() => this.ring.rest());
  }

  close(): void {
    this.closed = true;
    this.rest();
  }

  /** Those that are asked for, too. */
  private get ahead(): number {
    return this.asking + this.held.size;
  }

  /** When requests that are on their way leave room for another slot. */
  private roomAtMs(): number {
    const nowMs = this.timers.monotonicMs();
    const untilMs = [...this.travelling]
      .map(({ sinceMs }) => sinceMs + answerHoldMs)
      .filter((atMs) => atMs > nowMs);
    return this.ahead + untilMs.length < this.room ? nowMs : Math.min(...untilMs);
  }

  /** A ring that fails must not stop the calls: it is closed for a moment, and its reports are kept. */
  private async ask(): Promise<void> {
    this.asking++;
    const reports = this.reports;
    this.reports = [];
    let grant: SlotGrant;
    try {
      const { withinMs } = this.user;
      const { lateLimitMs } = this.punctuality;
      const { nextRequestByMs } = this;
      grant = await this.ring.reserve({ reports, withinMs, lateLimitMs, nextRequestByMs });
      this.failures.worked();
    } catch (error) {
      this.reports = [...reports, ...this.reports];
      grant = { waitMs: this.failures.failed(error), tooLate: false };
    }
    this.asking--;
    if (!this.closed) this.take(grant);
  }

  private take(grant: SlotGrant): void {
    if (grant.slot === undefined) this.wait(grant);
    // The calls were cancelled meanwhile, or the slot is one that no ring should give.
    else if (this.user.waiting === 0 || this.isTooFar(grant.slot)) this.returnSlot(grant.slot);
    else this.hold(grant.slot, grant.activeInstances);
    this.pump();
  }

  /** A further slot is asked for when the first one fires that is held. */
  private get nextRequestByMs(): number | undefined {
    if (this.user.waiting <= this.ahead) return undefined;
    return Math.min(...[...this.held.keys()].map(({ atMs }) => atMs));
  }

  private isTooFar({ atMs }: Slot): boolean {
    return !(atMs - this.timers.monotonicMs() <= this.mostWaitMs);
  }

  /** What the ring gives instead is not asked for at once: it may be the same again. */
  private returnSlot({ id }: Slot): void {
    this.reports.push({ id });
    if (this.user.waiting > 0) this.closeFor(this.mostWaitMs);
  }

  private wait({ waitMs, tooLate }: Exclude<SlotGrant, { slot: Slot }>): void {
    if (tooLate) this.user.refuse(waitMs);
    // Calls that came meanwhile may still wait: they do not ask in the same turn of the event loop.
    if (tooLate && this.user.waiting > 0) this.closeFor(1);
    if (!tooLate) this.closeFor(waitMs <= this.mostWaitMs ? waitMs : this.mostWaitMs);
  }

  private closeFor(waitMs: number): void {
    this.opensAtMs = this.timers.monotonicMs() + waitMs;
    this.user.closedUntil(this.opensAtMs);
  }

  private hold(slot: Slot, activeInstances: number): void {
    this.user.expect(slot.atMs, activeInstances);
    const alarm = new Timer(this.timers, () => {
      this.held.delete(slot);
      this.fire(slot);
      this.pump();
    });
    this.held.set(slot, alarm);
    alarm.setFor(slot.atMs);
  }

  private giveUp({ id, atMs }: Slot): void {
    this.reports.push({ id });
    this.user.gaveUp(atMs);
  }

  private fire(slot: Slot): void {
    const lateMs = this.timers.monotonicMs() - slot.atMs;
    if (lateMs > slot.lateLimitMs) {
      this.punctuality.tooLate();
      this.giveUp(slot);
      this.listener({ type: 'forfeited', lateMs });
      return;
    }
    this.punctuality.inTime();
    const permit = this.permitFor(slot);
    if (!this.user.use(permit)) permit.ended();
  }

  private permitFor(slot: Slot): Permit {
    const request = { sinceMs: this.timers.monotonicMs() };
    this.travelling.add(request);
    let sentAtMs: number | undefined;
    const report = (usedAtMs: number) => {
      this.reports.push({ id: slot.id, usedAtMs });
    };
    const arrived = () => {
      if (this.travelling.delete(request)) this.pump();
    };
    return {
      sent: () => {
        sentAtMs = this.timers.monotonicMs();
        report(sentAtMs + this.travelTime.assumedDelayMs);
      },
      answered: () => {
        if (sentAtMs === undefined) return;
        report(sentAtMs + this.travelTime.delayMs(this.timers.monotonicMs() - sentAtMs));
        arrived();
      },
      ended: () => {
        if (sentAtMs === undefined && this.travelling.has(request)) this.giveUp(slot);
        arrived();
      },
    };
  }
}
