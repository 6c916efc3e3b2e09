import { Logger } from '@nestjs/common';
import type { ZimRuntime } from 'nestjs-zim-call';
import { EventEmitter } from 'node:events';
import { eventsOf, type PlanEvent } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import { keepEndedMs, type PlanDriver, type StoredPlan } from './plan-driver.js';

const retryMs = 1_000;

/** For one process: plans end with it. */
export class MemoryDriver implements PlanDriver {
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly lookEveryMs = 30_000;
  private readonly logger = new Logger('ZimDispatch');
  private readonly open = new Map<string, StoredPlan>();
  /** In the order of their ends. */
  private readonly ended = new Map<string, StoredPlan>();
  private readonly timers = new Map<
    string,
    { readonly atMs: number; readonly cancel: () => void }
  >();
  private readonly looks = new Set<Promise<void>>();
  private look?: (id: string) => Promise<void>;

  constructor(
    private readonly runtime: ZimRuntime,
    private readonly maxOpenPlans: number,
  ) {}

  create(record: PlanRecord): Promise<'stored' | 'known' | 'full'> {
    this.dropEnded();
    const { id } = record;
    if (this.open.has(id) || this.ended.has(id)) return Promise.resolve('known');
    if (this.open.size >= this.maxOpenPlans) return Promise.resolve('full');
    this.open.set(id, { record, history: [], version: 0 });
    return Promise.resolve('stored');
  }

  load(id: string): Promise<StoredPlan | undefined> {
    return Promise.resolve(this.open.get(id) ?? this.ended.get(id));
  }

  append(id: string, event: PlanEvent, version?: number): Promise<boolean> {
    const plan = (event.type === 'reported' ? this.ended : this.open).get(id);
    if (plan === undefined) return Promise.resolve(false);
    if (version !== undefined && version !== plan.version) return Promise.resolve(false);
    if (event.type === 'ended') this.open.delete(id);
    const plans = this.open.has(id) ? this.open : this.ended;
    plans.set(id, { ...plan, history: [...plan.history, event], version: plan.version + 1 });
    this.changes.emit(id, event.type);
    return Promise.resolve(true);
  }

  list(state: 'open' | 'ended', limit: number): Promise<readonly string[]> {
    this.dropEnded();
    return Promise.resolve([...this[state].keys()].reverse().slice(0, limit));
  }

  /** Keeps an earlier time: what is to be seen then may have come after the last look began. */
  lookAt(id: string, atMs: number): Promise<void> {
    const planned = this.timers.get(id);
    if (this.look === undefined || (planned?.atMs ?? Infinity) <= atMs) return Promise.resolve();
    planned?.cancel();
    this.timers.delete(id);
    const waitMs = Math.ceil(atMs - this.runtime.wallClockMs());
    const run = this.run.bind(this, id);
    if (waitMs <= 0) run();
    else this.timers.set(id, { atMs, cancel: this.runtime.setTimer(waitMs, run) });
    return Promise.resolve();
  }

  start(look: (id: string) => Promise<void>): void {
    this.look = look;
    // Plans may have been made while the application started.
    for (const { record } of this.open.values()) void this.lookAt(record.id, record.startAtMs);
  }

  async stop(): Promise<void> {
    this.look = undefined;
    for (const { cancel } of this.timers.values()) cancel();
    await Promise.allSettled(this.looks);
    if (this.open.size === 0) return;
    this.logger.warn(`${this.open.size} plans have not ended, and are lost with this process`);
  }

  private run(id: string): void {
    this.timers.delete(id);
    const looking = this.look?.(id).catch((error: unknown) => {
      this.logger.error(`Looking at plan ${id} failed: ${String(error)}. Trying again`);
      void this.lookAt(id, this.runtime.wallClockMs() + retryMs);
    });
    if (looking === undefined) return;
    this.looks.add(looking);
    void looking.finally(() => this.looks.delete(looking));
  }

  private dropEnded(): void {
    const keptMs = this.runtime.wallClockMs() - keepEndedMs;
    for (const [id, { history }] of this.ended) {
      const isKept = eventsOf(history, 'ended').some(({ atMs }) => atMs > keptMs);
      if (isKept && this.ended.size <= this.maxOpenPlans) break;
      this.ended.delete(id);
    }
  }
}
