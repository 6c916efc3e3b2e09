import { Inject, Injectable, Logger } from '@nestjs/common';
import type { CallInviteInput } from 'nestjs-zim-call';
import { RINGING_CALLS, type RingingCalls } from '../calls/ringing-calls.js';
import { type Decision, reducePlan, type RingingPhones } from '../decide/next-step.js';
import { PLAN_DRIVER, type PlanDriver, type StoredPlan } from '../drivers/plan-driver.js';
import { DISPATCH_RUNTIME, type DispatchRuntime } from '../plan/dispatch-runtime.js';
import type { RingEvent } from '../plan/ring-event.js';
import type { PlanRecord } from '../plan/ring-plan.js';
import { backOffMs, timeoutSecondsOf } from '../plan/timing.js';
import { PLAN_TELEMETRY, type PlanTelemetry } from '../telemetry/plan-telemetry.js';
import { CallWatcher } from './call-watcher.js';
import { RingHandlers } from './on-ring.js';

/** Does what {@link nextStep} decides. Each event is stored before anything depends on it. */
@Injectable()
export class PlanRunner {
  private readonly logger = new Logger('ZimDispatch');

  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    @Inject(RINGING_CALLS) private readonly calls: RingingCalls,
    @Inject(DISPATCH_RUNTIME) private readonly runtime: DispatchRuntime,
    @Inject(PLAN_TELEMETRY) private readonly telemetry: PlanTelemetry,
    private readonly watcher: CallWatcher,
    private readonly handlers: RingHandlers,
  ) {}

  /** Brings a plan as far as it can go now. May run several times for one plan, also at the same time. */
  async look(id: string): Promise<void> {
    for (;;) {
      const plan = await this.driver.load(id);
      if (plan === undefined) return;
      const { decision, calls } = reducePlan(plan.record, plan.history, this.nowMs);
      if (decision.do === 'nothing') return;
      if (decision.do === 'wait') {
        this.watcher.watch(id, calls);
        if (await this.findUnclear(plan)) continue;
        await this.driver.lookAt(id, Math.min(decision.untilMs, this.nextLookMs(id)));
        return;
      }
      await this.act(plan, decision);
    }
  }

  private async act(plan: StoredPlan, decision: Decision): Promise<void> {
    const { record } = plan;
    switch (decision.do) {
      case 'ring':
        await this.ring(plan, decision);
        break;
      case 'withdraw': {
        const { step, attempt, callId, userIds } = decision;
        const withdrawing = { type: 'withdrawing', step, attempt, atMs: this.nowMs } as const;
        if (!(await this.store(plan, withdrawing))) break;
        const users = await this.within(record, () => this.calls.withdraw(callId, userIds));
        await this.add(record.id, { type: 'withdrawn', step, attempt, users, atMs: this.nowMs });
        break;
      }
      case 'end': {
        const { result, leftRinging } = decision;
        if (!(await this.store(plan, { type: 'ended', result, atMs: this.nowMs }))) break;
        this.telemetry.ended(result);
        this.stopRinging(record, leftRinging);
        break;
      }
      case 'report': {
        const isDone = await this.handlers.reportEnd(plan);
        if (!isDone && decision.isLastAttempt) {
          this.logger.error(
            `A handler of @OnRing('ended') has failed 5 times for plan ${record.id}; it is not called again`,
          );
        }
        await this.driver.append(record.id, { type: 'reported', isDone, atMs: this.nowMs });
        break;
      }
      default:
        break;
    }
  }

  private async ring(
    plan: StoredPlan,
    { step, attempt, key }: Extract<Decision, { do: 'ring' }>,
  ): Promise<void> {
    const { record } = plan;
    const invite = inviteOf(record, step);
    const started = { type: 'step-started', step, attempt, atMs: this.nowMs } as const;
    // Of several instances, the one whose event is stored first rings.
    if (invite === undefined || !(await this.store(plan, started))) return;
    const report = await this.within(record, () => this.calls.invite(invite, key));
    const common = { step, attempt, atMs: this.nowMs };
    if (report.type !== 'not-rung' || report.retryAfterMs === undefined) {
      await this.add(record.id, { ...report, ...common });
      return;
    }
    const retryAfterMs = Math.max(report.retryAfterMs, backOffMs(attempt));
    await this.add(record.id, { ...report, ...common, retryAfterMs });
  }

  /** A late callback shows which call an invite became whose outcome was unknown. */
  private async findUnclear({ record, history }: StoredPlan): Promise<boolean> {
    for (const event of history) {
      if (event.type !== 'unclear' || event.correlationId === undefined) continue;
      const { step, attempt, correlationId } = event;
      if (history.some((other) => other.type === 'ringing' && other.step === step)) continue;
      const callId = await this.calls.find(correlationId);
      const userIds = record.plan.steps[step]?.userIds;
      if (callId === undefined || userIds === undefined) continue;
      const ringing = {
        type: 'ringing',
        step,
        attempt,
        callId,
        userIds,
        failed: [],
        confirmedBy: 'callback',
      } as const;
      await this.add(record.id, { ...ringing, atMs: event.atMs });
      return true;
    }
    return false;
  }

  /** Stores an event unless something else was stored meanwhile. */
  private store({ record, length }: StoredPlan, event: RingEvent): Promise<boolean> {
    return this.add(record.id, event, length);
  }

  private async add(id: string, event: RingEvent, length?: number): Promise<boolean> {
    const isStored = await this.driver.append(id, event, length);
    if (isStored) this.handlers.emit(id, event);
    return isStored;
  }

  /** One has accepted: the other phones need not ring on. If this fails, they ring until ZIM's timeout. */
  private stopRinging(record: PlanRecord, phones: readonly RingingPhones[]): void {
    for (const { callId, userIds } of phones) {
      void this.within(record, () => this.calls.withdraw(callId, userIds));
    }
  }

  /** Looks of one plan fall on the same times, so that they become one job; those of different plans do not. */
  private nextLookMs(id: string): number {
    const everyMs = this.driver.lookEveryMs;
    const offsetMs = [...Buffer.from(id)].reduce((sum, byte) => (sum * 31 + byte) % everyMs, 0);
    return (Math.floor((this.nowMs - offsetMs) / everyMs) + 1) * everyMs + offsetMs;
  }

  private within<T>({ trace }: PlanRecord, work: () => Promise<T>): Promise<T> {
    return this.telemetry.within(trace, work);
  }

  private get nowMs(): number {
    return this.runtime.wallClockMs();
  }
}

function inviteOf({ plan, policy }: PlanRecord, index: number): CallInviteInput | undefined {
  const step = plan.steps[index];
  if (step === undefined) return undefined;
  const { fromUserId, extendedData, offlinePush } = plan;
  return {
    fromUserId,
    userIds: step.userIds,
    timeoutSeconds: timeoutSecondsOf(step, policy),
    ...(extendedData !== undefined && { extendedData }),
    ...(offlinePush !== undefined && { offlinePush }),
  };
}
