import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { type AnswerReport, RINGING_CALLS, type RingingCalls } from '../calls/ringing-calls.js';
import { PLAN_DRIVER, type PlanDriver } from '../drivers/plan-driver.js';
import { DISPATCH_RUNTIME, type DispatchRuntime } from '../plan/dispatch-runtime.js';
import type { RingCall } from '../plan/ring-event.js';
import { RingHandlers } from './on-ring.js';

const watchAgainMs = 1_000;

/** Stores what is reported of the calls of plans, and has the plans looked at. */
@Injectable()
export class CallWatcher {
  private readonly logger = new Logger('ZimDispatch');
  private readonly plans = new Map<string, Map<string, Subscription>>();
  private isClosed = false;

  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    @Inject(RINGING_CALLS) private readonly calls: RingingCalls,
    @Inject(DISPATCH_RUNTIME) private readonly runtime: DispatchRuntime,
    private readonly handlers: RingHandlers,
  ) {
    driver.changes.subscribe(({ id, isEnd }) => {
      if (id !== undefined && isEnd === true) this.forget(id);
    });
  }

  /** The plans that are watched here. */
  get ids(): readonly string[] {
    return [...this.plans.keys()];
  }

  /** Watches the calls of a plan of which something may still be reported; each once. */
  watch(id: string, calls: readonly RingCall[]): void {
    const { callbacks, clientReports } = this.calls.sources;
    if (this.isClosed || !(callbacks || clientReports)) return;
    for (const { callId, step, outcome } of calls) {
      if (callId === undefined || (outcome !== 'ringing' && outcome !== 'unknown')) continue;
      const watched = this.plans.get(id) ?? new Map<string, Subscription>();
      this.plans.set(id, watched);
      if (watched.has(callId)) continue;
      const watching = this.calls.watch(callId).subscribe({
        next: (reports) => void this.record(id, step, callId, reports),
        error: () => {
          // Another look watches again.
          watched.delete(callId);
          void this.driver.lookAt(id, this.runtime.wallClockMs() + watchAgainMs).catch(ignore);
        },
      });
      watched.set(callId, watching);
    }
  }

  forget(id: string): void {
    for (const watching of this.plans.get(id)?.values() ?? []) watching.unsubscribe();
    this.plans.delete(id);
  }

  close(): void {
    this.isClosed = true;
    for (const id of this.ids) this.forget(id);
  }

  private async record(
    id: string,
    step: number,
    callId: string,
    reports: readonly AnswerReport[],
  ): Promise<void> {
    try {
      const plan = await this.driver.load(id);
      if (plan === undefined || plan.history.some(({ type }) => type === 'ended')) {
        this.forget(id);
        return;
      }
      for (const report of reports) {
        const isKnown = plan.history.some(
          (event) =>
            event.type === 'answer' &&
            event.step === step &&
            event.userId === report.userId &&
            event.state === report.state,
        );
        if (isKnown) continue;
        const atMs = this.runtime.wallClockMs();
        const answer = { type: 'answer', step, callId, ...report, atMs } as const;
        if (await this.driver.append(id, answer)) this.handlers.emit(id, answer);
      }
      await this.driver.lookAt(id, this.runtime.wallClockMs());
    } catch (error) {
      this.logger.warn(
        `A report about plan ${id} was not stored: ${String(error)}. Reading it again`,
      );
      this.plans.get(id)?.get(callId)?.unsubscribe();
      this.plans.get(id)?.delete(callId);
      void this.driver.lookAt(id, this.runtime.wallClockMs() + watchAgainMs).catch(ignore);
    }
  }
}

function ignore(): undefined {
  return undefined;
}
