import { MemorySlidingWindow } from '../rate-limit/memory-sliding-window.js';
import {
  type Permit,
  type PermitRequest,
  type ZimRateLimitEvent,
  RateLimitRefusal,
} from '../rate-limit/permit.js';
import type { ZimRateLimitMode } from '../config/zim-call-options.js';
import type { SlidingWindowLimiter, WindowSettings } from '../rate-limit/sliding-window-limiter.js';
import { SlotScheduler } from '../rate-limit/slot-scheduler.js';
import { ManualRuntime, pendingWork } from './manual-runtime.js';
import { ManualStop } from './manual-stop.js';

/** The end of a call's wait: its permit, or a refusal. */
export interface SettledCall {
  readonly name: string;
  readonly afterMs: number;
  readonly refusal?: RateLimitRefusal;
}

const usual = { limit: 20, windowMs: 1_000, mode: 'strict' } as const;

/** A quota of 20 calls per second on a clock that tests advance, and the calls that wait for it. */
export class SchedulerScene {
  readonly runtime = new ManualRuntime();
  readonly events: ZimRateLimitEvent[] = [];
  readonly settled: SettledCall[] = [];
  readonly scheduler: SlotScheduler;
  /** What each request does with its permit. */
  onPermit: (permit: Permit, name: string) => void = (permit) => {
    permit.sent();
    permit.answered();
  };
  private readonly startMs = this.runtime.nowMs;

  constructor(
    limits: { maxQueued?: number; maxQueuedBytes?: number } = {},
    limiter: (runtime: ManualRuntime) => SlidingWindowLimiter = (runtime) =>
      new MemorySlidingWindow(runtime, settings),
    settings: WindowSettings & { mode?: ZimRateLimitMode } = usual,
  ) {
    this.scheduler = new SlotScheduler(
      limiter(this.runtime),
      { mode: 'strict', ...settings, maxQueued: 1_000, maxQueuedBytes: 1_000_000, ...limits },
      this.runtime,
      (event) => this.events.push(event),
    );
  }

  /** Names of the calls that left, in order. */
  get left(): string[] {
    return this.settled.filter(({ refusal }) => refusal === undefined).map(({ name }) => name);
  }

  get refused(): (SettledCall & { refusal: RateLimitRefusal })[] {
    return this.settled.flatMap((call) =>
      call.refusal === undefined ? [] : [{ ...call, refusal: call.refusal }],
    );
  }

  /** A call with a deadline in ten seconds, or in `withinMs`. */
  call(
    name: string,
    { withinMs = 10_000, ...call }: Partial<PermitRequest> & { withinMs?: number } = {},
  ): void {
    const permit = this.scheduler.acquire({
      action: 'CallInvite',
      lane: 'normal',
      tenant: '',
      bytes: 100,
      leaveByMs: this.runtime.nowMs + withinMs,
      deadline: new ManualStop(),
      ...call,
    });
    void permit.then((result) => {
      const refusal = result instanceof RateLimitRefusal ? result : undefined;
      this.settled.push({ name, afterMs: this.runtime.nowMs - this.startMs, refusal });
      if (!(result instanceof RateLimitRefusal)) this.onPermit(result, name);
    });
  }

  calls(count: number, name: string, call: Parameters<SchedulerScene['call']>[1] = {}): void {
    for (let index = 0; index < count; index++) this.call(`${name}${index}`, call);
  }

  /** Lets time pass, from timer to timer; timers fire on whole milliseconds, as those of Node do. */
  async run(ms: number): Promise<void> {
    await pendingWork();
    const endMs = this.runtime.nowMs + ms;
    while (this.runtime.nowMs < endMs) {
      const leftMs = Math.max(0, this.runtime.nextTimerMs - this.runtime.nowMs);
      this.runtime.advance(Math.min(Math.ceil(leftMs) || 1, endMs - this.runtime.nowMs));
      await pendingWork();
    }
  }

  /** The process stands still, as in a pause of its garbage collector. */
  async stall(ms: number): Promise<void> {
    this.runtime.advance(ms);
    await pendingWork();
  }
}
