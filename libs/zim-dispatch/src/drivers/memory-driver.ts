import { Logger } from '@nestjs/common';
import { Subject } from 'rxjs';
import type { DispatchRuntime } from '../plan/dispatch-runtime.js';
import type { PlanEvent } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import {
  type Creation,
  keepEndedMs,
  type PlanChange,
  type PlanDriver,
  type StoredPlan,
} from './plan-driver.js';

interface PlannedLook {
  readonly atMs: number;
  readonly cancel: () => void;
}

/** The longest time that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;
const retryMs = 1_000;

/** For one process: plans end with it. */
export class MemoryDriver implements PlanDriver {
  readonly changes = new Subject<PlanChange>();
  readonly lookEveryMs = 30_000;
  private readonly logger = new Logger('ZimDispatch');
  private readonly open = new Map<string, StoredPlan>();
  /** In the order of their ends. */
  private readonly ended = new Map<string, StoredPlan & { readonly endedAtMs: number }>();
  private readonly timers = new Map<string, PlannedLook>();
  private readonly looks = new Set<Promise<void>>();
  private look?: (id: string) => Promise<void>;

  constructor(
    private readonly runtime: DispatchRuntime,
    private readonly maxOpenPlans: number,
  ) {}

  create(record: PlanRecord): Promise<Creation> {
    this.dropEnded();
    const known = this.find(record.id);
    if (known !== undefined) return Promise.resolve({ state: 'known', record: known.record });
    if (this.open.size >= this.maxOpenPlans) return Promise.resolve({ state: 'full' });
    this.open.set(record.id, { record, history: [], length: 0 });
    return Promise.resolve({ state: 'new' });
  }

  load(id: string): Promise<StoredPlan | undefined> {
    return Promise.resolve(this.find(id));
  }

  append(id: string, event: PlanEvent, length?: number): Promise<boolean> {
    const isAfterEnd = event.type === 'reported';
    const plan = isAfterEnd ? this.ended.get(id) : this.open.get(id);
    if (plan === undefined) return Promise.resolve(false);
    if (length !== undefined && plan.length !== length) return Promise.resolve(false);
    const changed = { ...plan, history: [...plan.history, event], length: plan.length + 1 };
    if (isAfterEnd) this.ended.set(id, { ...changed, endedAtMs: this.runtime.wallClockMs() });
    else if (event.type === 'ended') {
      this.open.delete(id);
      this.ended.set(id, { ...changed, endedAtMs: event.atMs });
    } else this.open.set(id, changed);
    this.changes.next({ id, isEnd: event.type === 'ended' });
    return Promise.resolve(true);
  }

  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]> {
    this.dropEnded();
    const ids = [...(state === 'open' ? this.open : this.ended).keys()];
    return Promise.resolve(ids.reverse().slice(0, limit));
  }

  /** Keeps an earlier time: what is to be seen then may have come after the last look began. */
  lookAt(id: string, atMs: number): Promise<void> {
    const earlier = this.timers.get(id);
    if (this.look === undefined || (earlier !== undefined && earlier.atMs <= atMs)) {
      return Promise.resolve();
    }
    earlier?.cancel();
    this.timers.delete(id);
    const waitMs = Math.max(0, Math.ceil(atMs - this.runtime.wallClockMs()));
    if (waitMs === 0) this.run(id);
    else {
      const cancel = this.runtime.setTimer(Math.min(waitMs, maxTimerMs), () => {
        this.timers.delete(id);
        this.run(id);
      });
      this.timers.set(id, { atMs, cancel });
    }
    return Promise.resolve();
  }

  start(look: (id: string) => Promise<void>): Promise<void> {
    this.look = look;
    // Plans may have been made while the application started.
    for (const { record } of this.open.values()) void this.lookAt(record.id, record.startAtMs);
    this.logger.log(
      'Plans are kept in the memory of this process and end with it, and phones that ring then ring on; set redisUrl to keep them',
    );
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.look = undefined;
    for (const { cancel } of this.timers.values()) cancel();
    this.timers.clear();
    await Promise.allSettled(this.looks);
    if (this.open.size > 0) {
      this.logger.warn(`${this.open.size} plans have not ended, and are lost with this process`);
    }
  }

  private run(id: string): void {
    const looking = this.look?.(id).catch((error: unknown) => {
      this.logger.error(`Looking at plan ${id} failed: ${String(error)}. Trying again`);
      void this.lookAt(id, this.runtime.wallClockMs() + retryMs);
    });
    if (looking === undefined) return;
    this.looks.add(looking);
    void looking.finally(() => this.looks.delete(looking));
  }

  private find(id: string): StoredPlan | undefined {
    return this.open.get(id) ?? this.ended.get(id);
  }

  private dropEnded(): void {
    const keptMs = this.runtime.wallClockMs() - keepEndedMs;
    for (const [id, { endedAtMs }] of this.ended) {
      if (endedAtMs > keptMs && this.ended.size <= this.maxOpenPlans) break;
      this.ended.delete(id);
    }
  }
}
