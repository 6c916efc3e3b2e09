import { Inject, Injectable } from '@nestjs/common';
import {
  ZimCallNotFoundError,
  ZimConnectionError,
  ZimIdempotencyError,
  ZimRateLimitError,
} from 'nestjs-zim-call';
import {
  concatMap,
  defer,
  filter,
  firstValueFrom,
  from,
  merge,
  type Observable,
  of,
  Subject,
  takeWhile,
} from 'rxjs';
import { RINGING_CALLS, type RingingCalls } from './calls/ringing-calls.js';
import { reducePlan } from './decide/next-step.js';
import { PLAN_DRIVER, type PlanDriver, type StoredPlan } from './drivers/plan-driver.js';
import { DISPATCH_OPTIONS, type ZimDispatchOptions } from './plan/dispatch-options.js';
import { DISPATCH_RUNTIME, type DispatchRuntime } from './plan/dispatch-runtime.js';
import { resolvePlan } from './plan/resolve-plan.js';
import type { RingCall, RingEvent, RingResult } from './plan/ring-event.js';
import type { RingPlanInput } from './plan/ring-plan.dto.js';
import type { RingPlan } from './plan/ring-plan.js';
import { PLAN_TELEMETRY, type PlanSpan, type PlanTelemetry } from './telemetry/plan-telemetry.js';

/** A plan as it stands. */
export interface RingStatus {
  readonly id: string;
  /** `waiting`: for its start or in a pause. `ringing`: a call is being made or withdrawn, or its outcome awaited. */
  readonly state: 'waiting' | 'ringing' | 'ended';
  readonly plan: RingPlan;
  readonly createdAt: Date;
  readonly startAt: Date;
  /** When the plan ends as `expired` unless it has ended before. */
  readonly deadlineAt: Date;
  /** The calls that were made, in the order of the steps. */
  readonly calls: readonly RingCall[];
  /** `cancel()` was called. */
  readonly isCancelled: boolean;
  /** Of a plan that has ended. */
  readonly result?: RingResult;
}

/** Which plans `RingDispatcher.list()` returns. */
export interface RingListOptions {
  /** Default: `open`, those that have not ended. Ended plans are kept for an hour. */
  readonly state?: 'open' | 'ended' | undefined;
  /** The most plans that are returned, 1 to 1000, the newest first. Default: 100. */
  readonly limit?: number | undefined;
}

/** When there may be room for another plan, if too many are open. */
const retryAfterMs = 10_000;

/** Rings phones by plans: one call after the other until a callee accepts. */
@Injectable()
export class RingDispatcher {
  private readonly closed = new Subject<never>();
  private isClosed = false;
  /** Of plans that were made in this process. */
  private readonly spans = new Map<string, PlanSpan>();

  /** @internal */
  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    @Inject(RINGING_CALLS) private readonly calls: RingingCalls,
    @Inject(DISPATCH_OPTIONS) private readonly options: ZimDispatchOptions,
    @Inject(DISPATCH_RUNTIME) private readonly runtime: DispatchRuntime,
    @Inject(PLAN_TELEMETRY) private readonly telemetry: PlanTelemetry,
  ) {
    driver.changes.subscribe(({ id, isEnd }) => {
      if (id !== undefined && isEnd === true) void this.endSpan(id);
    });
  }

  /**
   * Starts a plan and returns its id at once, before any phone rings.
   *
   * One call rings at a time. The next step starts only when all callees of the one before have rejected, have timed
   * out, or were withdrawn. An invite of which ZIM did nothing is sent again until the plan's deadline.
   *
   * @param plan - a {@link RingPlanDto} or a plain object of its shape; unknown properties are refused
   * @throws ZimInvalidRequestError if a rule is broken, or if the plan could never finish
   * @throws ZimIdempotencyError if its `idempotencyKey` was given for another plan
   * @throws ZimRateLimitError if as many plans are open as `maxOpenPlans` allows
   * @throws ZimConnectionError if plans are kept in Redis, and that is unavailable
   */
  async ring(plan: RingPlanInput): Promise<string> {
    if (this.isClosed) throw closedError('not-sent');
    const trustWithdrawal = this.options.trustWithdrawal === true;
    const record = resolvePlan(plan, { ...this.calls.sources, trustWithdrawal }, this.runtime);
    const { id } = record;
    const span = this.telemetry.start(id, record.plan.steps.length);
    try {
      const created = await this.driver.create({
        ...record,
        ...(span.trace && { trace: span.trace }),
      });
      if (created.state === 'full') throw tooManyPlans();
      if (created.state === 'new') this.spans.set(id, span);
      else if (created.record.fingerprint !== record.fingerprint) throw otherPlan();
      await this.driver.lookAt(id, created.state === 'new' ? record.startAtMs : this.nowMs);
    } finally {
      if (this.spans.get(id) !== span) span.end();
    }
    return id;
  }

  /**
   * Returns how a plan stands.
   * @throws ZimCallNotFoundError if there is no plan with this id, or it ended more than an hour ago
   */
  async status(id: string): Promise<RingStatus> {
    return this.toStatus(await this.load(id));
  }

  /**
   * Waits until a plan has ended.
   * @throws ZimCallNotFoundError as {@link RingDispatcher.status}
   * @throws ZimConnectionError with the outcome `unknown` when the module is closed
   */
  async result(id: string): Promise<RingResult> {
    const isEnd = (event: RingEvent) => event.type === 'ended';
    const event = await firstValueFrom(this.events(id).pipe(filter(isEnd)));
    return event.result;
  }

  /**
   * Emits each event of a plan once, beginning with those that are already stored, and completes with its end.
   * Fails with ZimCallNotFoundError if there is no such plan, and with ZimConnectionError when the module is closed.
   */
  events(id: string): Observable<RingEvent> {
    return defer(() => {
      let emitted = 0;
      const changes = this.driver.changes.pipe(
        filter((change) => change.id === undefined || change.id === id),
      );
      return merge(of(undefined), changes, this.closed).pipe(
        concatMap(() => this.load(id)),
        concatMap(({ history }) => {
          const later = history.slice(emitted);
          emitted = Math.max(emitted, history.length);
          return from(later);
        }),
        filter((event) => event.type !== 'reported'),
        takeWhile(({ type }) => type !== 'ended', true),
      );
    });
  }

  /**
   * Stops a plan: what rings is withdrawn, and nothing more rings. The result is `cancelled`, unless a callee has
   * accepted meanwhile; or `unknown`, later, if it is not known what rings. Has no effect on a plan that has ended.
   * @throws ZimCallNotFoundError as {@link RingDispatcher.status}
   */
  async cancel(id: string): Promise<void> {
    const { history } = await this.load(id);
    if (history.some(({ type }) => type === 'cancelling' || type === 'ended')) return;
    await this.driver.append(id, { type: 'cancelling', atMs: this.nowMs });
    await this.driver.lookAt(id, this.nowMs);
  }

  /** Returns plans, the newest first. */
  async list({ state = 'open', limit = 100 }: RingListOptions = {}): Promise<
    readonly RingStatus[]
  > {
    const ids = await this.driver.list(state, Math.min(1_000, Math.max(1, Math.trunc(limit))));
    const plans = await Promise.all(ids.map((id) => this.driver.load(id)));
    return plans.filter((plan) => plan !== undefined).map((plan) => this.toStatus(plan));
  }

  /** @internal Ends all waits. */
  onModuleDestroy(): void {
    this.isClosed = true;
    this.closed.error(closedError('unknown'));
    for (const span of this.spans.values()) span.end();
    this.spans.clear();
  }

  private async load(id: string): Promise<StoredPlan> {
    const plan = await this.driver.load(id);
    if (plan !== undefined) return plan;
    throw new ZimCallNotFoundError('there is no ring plan with this id, or it ended an hour ago', {
      outcome: 'not-sent',
      action: 'ring',
    });
  }

  private toStatus({ record, history }: StoredPlan): RingStatus {
    const { id, plan, createdAtMs, startAtMs, deadlineAtMs } = record;
    const { calls } = reducePlan(record, history, this.nowMs);
    const ended = history.find((event) => event.type === 'ended');
    const isRinging = calls.some(({ outcome }) => outcome === 'ringing');
    const openState = isRinging ? 'ringing' : 'waiting';
    return {
      id,
      state: ended === undefined ? openState : 'ended',
      plan,
      createdAt: new Date(createdAtMs),
      startAt: new Date(startAtMs),
      deadlineAt: new Date(deadlineAtMs),
      calls,
      isCancelled: history.some(({ type }) => type === 'cancelling'),
      ...(ended && { result: ended.result }),
    };
  }

  private async endSpan(id: string): Promise<void> {
    const span = this.spans.get(id);
    if (span === undefined) return;
    this.spans.delete(id);
    const plan = await this.driver.load(id).catch(() => undefined);
    span.end(plan?.history.find((event) => event.type === 'ended')?.result);
  }

  private get nowMs(): number {
    return this.runtime.wallClockMs();
  }
}

const notSent = { outcome: 'not-sent', action: 'ring' } as const;

function closedError(outcome: 'not-sent' | 'unknown'): ZimConnectionError {
  return new ZimConnectionError('the module of ring plans was closed', { outcome, action: 'ring' });
}

function tooManyPlans(): ZimRateLimitError {
  const message = 'as many ring plans are open as maxOpenPlans allows; nothing was started';
  return new ZimRateLimitError(message, { ...notSent, retryAfterMs });
}

function otherPlan(): ZimIdempotencyError {
  return new ZimIdempotencyError(
    'this idempotencyKey was used before for another ring plan; use a new key for each plan',
    notSent,
  );
}
