import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import {
  ZimCallNotFoundError,
  ZimConnectionError,
  ZimIdempotencyError,
  ZimRateLimitError,
  type ZimRuntime,
} from 'nestjs-zim-call';
import {
  concatMap,
  defer,
  filter,
  firstValueFrom,
  from,
  fromEvent,
  merge,
  type Observable,
  of,
  Subject,
  takeWhile,
} from 'rxjs';
import { RingingCalls } from './calls/ringing-calls.js';
import { planState } from './decide/next-step.js';
import { PLAN_DRIVER, type PlanDriver, type StoredPlan } from './drivers/plan-driver.js';
import { ZimDispatchOptions } from './plan/dispatch-options.js';
import { DISPATCH_RUNTIME } from './plan/timing.js';
import { resolvePlan } from './plan/resolve-plan.js';
import { eventsOf, type RingCall, type RingEvent, type RingResult } from './plan/ring-event.js';
import type { RingPlanInput } from './plan/ring-plan.dto.js';
import type { RingPlan } from './plan/ring-plan.js';
import { PlanTelemetry } from './telemetry/plan-telemetry.js';

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

const notSent = { outcome: 'not-sent', action: 'ring' } as const;

/** Rings phones by plans: one call after the other until a callee accepts. */
@Injectable()
export class RingDispatcher implements OnModuleDestroy {
  private readonly closed = new Subject<never>();
  private isClosed = false;

  /** @internal */
  constructor(
    @Inject(PLAN_DRIVER) private readonly driver: PlanDriver,
    @Inject(DISPATCH_RUNTIME) private readonly runtime: ZimRuntime,
    private readonly calls: RingingCalls,
    private readonly options: ZimDispatchOptions,
    private readonly telemetry: PlanTelemetry,
  ) {}

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
    const { trustWithdrawal = false } = this.options;
    const record = resolvePlan(plan, { ...this.calls.sources, trustWithdrawal }, this.runtime);
    const { id, fingerprint, startAtMs } = record;
    const { trace, end } = this.telemetry.start(id, record.plan.steps.length);
    const created = await this.driver.create({ ...record, trace }).catch((error: unknown) => {
      end();
      throw error;
    });
    const isNew = created === 'stored';
    if (isNew && trace !== undefined) void this.result(id).catch(noResult).then(end);
    else end();
    if (created === 'full') throw tooManyPlans();
    if (!isNew && (await this.load(id)).record.fingerprint !== fingerprint) throw otherPlan();
    await this.driver.lookAt(id, isNew ? startAtMs : this.nowMs);
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
    return (await firstValueFrom(this.events(id).pipe(filter(isEnd)))).result;
  }

  /**
   * Emits each event of a plan once, beginning with those that are already stored, and completes with its end.
   * Fails with ZimCallNotFoundError if there is no such plan, and with ZimConnectionError when the module is closed.
   */
  events(id: string): Observable<RingEvent> {
    return defer(() => {
      let emitted = 0;
      return merge(of(undefined), fromEvent(this.driver.changes, id), this.closed).pipe(
        concatMap(() => this.load(id)),
        concatMap(({ history }) => {
          const later = history.slice(emitted);
          emitted += later.length;
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
  }

  private async load(id: string): Promise<StoredPlan> {
    const plan = await this.driver.load(id);
    if (plan !== undefined) return plan;
    const message = 'there is no ring plan with this id, or it ended an hour ago';
    throw new ZimCallNotFoundError(message, notSent);
  }

  private toStatus({ record, history }: StoredPlan): RingStatus {
    const { id, plan, createdAtMs, startAtMs, deadlineAtMs } = record;
    const { calls, result } = planState(record, history, this.nowMs);
    const isRinging = calls.some(({ outcome }) => outcome === 'ringing');
    return {
      ...{ id, plan, calls, result },
      state: result !== undefined ? 'ended' : isRinging ? 'ringing' : 'waiting',
      ...{ createdAt: new Date(createdAtMs), startAt: new Date(startAtMs) },
      deadlineAt: new Date(deadlineAtMs),
      isCancelled: eventsOf(history, 'cancelling').length > 0,
    };
  }

  private get nowMs(): number {
    return this.runtime.wallClockMs();
  }
}

const noResult = () => undefined;

function closedError(outcome: 'not-sent' | 'unknown'): ZimConnectionError {
  return new ZimConnectionError('the module of ring plans was closed', { outcome, action: 'ring' });
}

function tooManyPlans(): ZimRateLimitError {
  const message = 'as many ring plans are open as maxOpenPlans allows; nothing was started';
  return new ZimRateLimitError(message, { ...notSent, retryAfterMs: 10_000 });
}

function otherPlan(): ZimIdempotencyError {
  const message = 'this idempotencyKey was used before for another ring plan; use a new key';
  return new ZimIdempotencyError(message, notSent);
}
