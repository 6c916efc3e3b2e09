import { MemorySlidingWindow } from '../rate-limit/memory-sliding-window.js';
import { PacedQuota } from '../rate-limit/slot-scheduler.js';
import type { RateLimitEvent } from '../rate-limit/rate-limit-events.js';
import { type PermitRequest, RateLimitRefusal, type Permit } from '../rate-limit/permit.js';
import type { SlidingWindowLimiter } from '../rate-limit/sliding-window-limiter.js';
import { ManualRuntime } from './manual-runtime.js';
import { ManualStop } from './manual-stop.js';

/** What became of a call. */
export interface Told {
  readonly name: string;
  readonly afterMs: number;
  readonly refusal?: RateLimitRefusal;
}

const usual = { limit: 20, windowMs: 1_000 };

/** A quota of 20 a second on a clock that tests hold, and what leaves through it. */
export class SchedulerScene {
  readonly runtime = new ManualRuntime();
  readonly events: RateLimitEvent[] = [];
  readonly told: Told[] = [];
  readonly quota: PacedQuota;
  /** What each request does once it may leave. */
  onPermit: (permit: Permit, name: string) => void = (permit) => {
    permit.sent();
    permit.answered();
  };
  private readonly startMs = this.runtime.nowMs;

  constructor(
    limits: { maxQueued?: number; maxQueuedBytes?: number } = {},
    ring: (runtime: ManualRuntime) => SlidingWindowLimiter = (runtime) =>
      new MemorySlidingWindow(runtime, settings),
    settings = usual,
  ) {
    this.quota = new PacedQuota(
      ring(this.runtime),
      settings,
      { maxQueued: 1_000, maxQueuedBytes: 1_000_000, ...limits },
      this.runtime,
      (event) => this.events.push(event),
    );
  }

  /** Names of what left, in order. */
  get left(): string[] {
    return this.told.filter(({ refusal }) => refusal === undefined).map(({ name }) => name);
  }

  get refused(): (Told & { refusal: RateLimitRefusal })[] {
    return this.told.flatMap((told) =>
      told.refusal === undefined ? [] : [{ ...told, refusal: told.refusal }],
    );
  }

  /** A call that has ten seconds, unless told otherwise. */
  call(
    name: string,
    { withinMs = 10_000, ...call }: Partial<PermitRequest> & { withinMs?: number } = {},
  ): void {
    const turn = this.quota.take({
      action: 'CallInvite',
      lane: 'normal',
      tenant: '',
      bytes: 100,
      leaveByMs: this.runtime.nowMs + withinMs,
      deadline: new ManualStop(),
      ...call,
    });
    void turn.then((result) => {
      const refusal = result instanceof RateLimitRefusal ? result : undefined;
      this.told.push({ name, afterMs: this.runtime.nowMs - this.startMs, refusal });
      if (!(result instanceof RateLimitRefusal)) this.onPermit(result, name);
    });
  }

  calls(count: number, name: string, call: Parameters<SchedulerScene['call']>[1] = {}): void {
    for (let index = 0; index < count; index++) this.call(`${name}${index}`, call);
  }

  /** Lets time pass, from timer to timer; timers fire on whole milliseconds, as those of Node do. */
  async run(ms: number): Promise<void> {
    await settled();
    const endMs = this.runtime.nowMs + ms;
    while (this.runtime.nowMs < endMs) {
      const leftMs = Math.max(0, this.runtime.nextTimerMs - this.runtime.nowMs);
      this.runtime.advance(Math.min(Math.ceil(leftMs) || 1, endMs - this.runtime.nowMs));
      await settled();
    }
  }

  /** The process stands still, as in a pause of its garbage collector. */
  async stall(ms: number): Promise<void> {
    this.runtime.advance(ms);
    await settled();
  }
}

/** Resolves when every promise that can settle without a timer has settled. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
