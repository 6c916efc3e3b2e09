import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import {
  concatMap,
  concatWith,
  filter,
  finalize,
  fromEvent,
  merge,
  NEVER,
  Observable,
  ReplaySubject,
  retry,
  takeUntil,
} from 'rxjs';
import type { ZimRuntime } from 'nestjs-zim-call';
import { type AnswerReport, RingingCalls } from '../calls/ringing-calls.js';
import { type Decision, keyOf, maxReports, planState } from '../decide/next-step.js';
import { PLAN_DRIVER, type PlanDriver, type StoredPlan } from '../drivers/plan-driver.js';
import { eventsOf, type NewEvent, type RingCall } from '../plan/ring-event.js';
import {
  DISPATCH_RUNTIME,
  backOffMs,
  requestDeadlineMs,
  requestLimitMs,
  timeoutSecondsOf,
} from '../plan/timing.js';
import { PlanTelemetry } from '../telemetry/plan-telemetry.js';
import { RingHandlers } from './on-ring.js';

const watchAgainMs = 1_000;

/** Does what {@link planState} decides. Each event is stored before anything depends on it. */
@Injectable()
export class PlanRunner implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ZimDispatch');
  /** Plans by the ids of their calls. */
  private readonly watched = new Map<string, string>();
  private readonly closed = new ReplaySubject<void>();

  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    @Inject(DISPATCH_RUNTIME) private readonly runtime: ZimRuntime,
    private readonly calls: RingingCalls,
    private readonly telemetry: PlanTelemetry,
    private readonly handlers: RingHandlers,
  ) {}

  onApplicationBootstrap(): void {
    this.driver.start((id) => this.look(id));
  }

  /** Before ZimCallModule ends its calls, so that those under way here are stored. */
  async onModuleDestroy(): Promise<void> {
    const ids = new Set(this.watched.values());
    this.closed.next();
    await this.driver.stop([...ids]);
  }

  /** Brings a plan as far as it can go now. May run several times for one plan, also at the same time. */
  private async look(id: string): Promise<void> {
    for (;;) {
      const plan = await this.driver.load(id);
      if (plan === undefined) return;
      const { decision, calls, result } = planState(plan.record, plan.history, this.nowMs);
      if (decision.do === 'nothing') return;
      if (result === undefined && (await this.findCall(plan, calls))) continue;
      if (decision.do !== 'wait') {
        await this.telemetry.within(plan.record.trace, () => this.act(plan, decision));
        continue;
      }
      if (result === undefined) for (const call of calls) this.watch(id, call);
      // The instance that waits for its answers may die.
      const rings = calls.some(({ outcome }) => outcome === 'ringing' || outcome === 'unknown');
      const lookAgainMs = rings ? this.nextLookMs(id) : Infinity;
      await this.driver.lookAt(id, Math.min(decision.untilMs, lookAgainMs));
      return;
    }
  }

  private async act(plan: StoredPlan, decision: Decision): Promise<void> {
    const { id } = plan.record;
    switch (decision.do) {
      case 'ring':
        await this.ring(plan, decision);
        break;
      case 'withdraw': {
        const { step, attempt, callId, userIds } = decision;
        if (!(await this.add(plan, { type: 'withdrawing', step, attempt }, true))) break;
        const users = await this.calls.withdraw(callId, userIds, this.limitMs(plan));
        await this.add(plan, { type: 'withdrawn', step, attempt, users });
        break;
      }
      case 'end':
        if (!(await this.add(plan, { type: 'ended', result: decision.result }, true))) break;
        this.telemetry.ended(decision.result);
        // If this fails, they ring until ZIM's timeout.
        for (const { callId, userIds } of decision.leftRinging) {
          void this.calls.withdraw(callId, userIds, requestDeadlineMs);
        }
        break;
      case 'report': {
        const [ended] = eventsOf(plan.history, 'ended');
        const isDone = ended === undefined || (await this.handlers.call(id, ended));
        await this.add(plan, { type: 'reported', isDone });
        if (isDone || !decision.isLastAttempt) break;
        const failed = `A handler of @OnRing('ended') has failed ${maxReports} times`;
        this.logger.error(`${failed} for plan ${id}; it is not called again`);
      }
    }
  }

  private async ring(plan: StoredPlan, decision: Extract<Decision, { do: 'ring' }>): Promise<void> {
    const { step, attempt } = decision;
    const { steps, fromUserId, extendedData, offlinePush } = plan.record.plan;
    const planned = steps[step];
    // Of several instances, the one whose event is stored first rings.
    const isStored = await this.add(plan, { type: 'step-started', step, attempt }, true);
    if (planned === undefined || !isStored) return;
    const timeoutSeconds = timeoutSecondsOf(planned, plan.record.policy);
    const callees = { fromUserId, userIds: planned.userIds };
    const invite = { ...callees, timeoutSeconds, extendedData, offlinePush };
    const report = await this.calls.invite(invite, keyOf(plan.record, step), this.limitMs(plan));
    if (report.type !== 'not-rung' || report.retryAfterMs === undefined) {
      await this.add(plan, { ...report, step, attempt });
      return;
    }
    const retryAfterMs = Math.max(report.retryAfterMs, backOffMs(attempt));
    await this.add(plan, { ...report, step, attempt, retryAfterMs });
  }

  /** A callback shows which call an invite became whose reply was lost, or whose instance has died. */
  private async findCall(plan: StoredPlan, calls: readonly RingCall[]): Promise<boolean> {
    const { record, history } = plan;
    for (const { step, callId, outcome } of calls) {
      if (callId !== undefined || outcome === 'not-rung') continue;
      const started = eventsOf(history, 'step-started').findLast((one) => one.step === step);
      if (started === undefined) continue;
      const found = await this.calls.callOf(keyOf(record, step));
      if (found === undefined) continue;
      const { attempt } = started;
      const unclear = eventsOf(history, 'unclear').find((one) => one.step === step);
      const { atMs } = unclear ?? { atMs: this.nowMs };
      const userIds = record.plan.steps[step]?.userIds ?? [];
      const confirmed = { callId: found, userIds, failed: [], confirmedBy: 'callback' } as const;
      return this.add(plan, { type: 'ringing', step, attempt, ...confirmed, atMs });
    }
    return false;
  }

  /** Stores what is reported of a call, until its plan ends. */
  private watch(id: string, { callId, step, outcome }: RingCall): void {
    if (callId === undefined || this.watched.has(callId)) return;
    if (outcome !== 'ringing' && outcome !== 'unknown') return;
    this.watched.set(callId, id);
    const later = new Observable<void>((observer) =>
      this.runtime.setTimer(watchAgainMs, observer.next.bind(observer)),
    );
    const ended = fromEvent(this.driver.changes, id).pipe(filter((type) => type === 'ended'));
    this.calls
      .watch(callId)
      .pipe(
        concatMap((reports) => this.record(id, { step, callId }, reports)),
        retry({ delay: () => later }),
        concatWith(NEVER),
        takeUntil(merge(ended, this.closed)),
        finalize(() => this.watched.delete(callId)),
      )
      .subscribe();
  }

  private async record(
    id: string,
    { step, callId }: { readonly step: number; readonly callId: string },
    reports: readonly AnswerReport[],
  ): Promise<void> {
    const plan = reports.length === 0 ? undefined : await this.driver.load(id);
    if (plan === undefined) return;
    const known = eventsOf(plan.history, 'answer').filter((event) => event.step === step);
    const others = reports.filter(
      ({ userId, state }) => !known.some((one) => one.userId === userId && one.state === state),
    );
    for (const report of others) await this.add(plan, { type: 'answer', step, callId, ...report });
    if (others.length > 0) await this.driver.lookAt(id, this.nowMs);
  }

  /** @param isVersioned - only if nothing else was stored since the plan was loaded */
  private async add(
    { record, version }: StoredPlan,
    event: NewEvent,
    isVersioned = false,
  ): Promise<boolean> {
    const stored = { atMs: this.nowMs, ...event };
    const isStored = await this.driver.append(record.id, stored, isVersioned ? version : undefined);
    // The handlers of the end have an event of their own.
    const isEnd = stored.type === 'ended' || stored.type === 'reported';
    if (isStored && !isEnd) void this.handlers.call(record.id, stored);
    return isStored;
  }

  /** Looks of one plan fall on the same times, so that they become one job; those of different plans do not. */
  private nextLookMs(id: string): number {
    const everyMs = this.driver.lookEveryMs;
    const offsetMs = Buffer.from(id).readUInt32LE() % everyMs;
    return (Math.floor((this.nowMs - offsetMs) / everyMs) + 1) * everyMs + offsetMs;
  }

  private limitMs({ record }: StoredPlan): number {
    return requestLimitMs(record.deadlineAtMs, this.nowMs);
  }

  private get nowMs(): number {
    return this.runtime.wallClockMs();
  }
}
