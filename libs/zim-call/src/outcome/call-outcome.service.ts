import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Observable } from 'rxjs';
import { zimLimits } from 'zim-protocol';
import {
  checkRequestOptions,
  type InviteAndWaitOptions,
  inviteAndWaitOptionRules,
  type ZimRequestOptions,
} from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { ZimConfigError } from '../errors/errors.js';
import type { CallInviteInput } from '../invite/call-invite.dto.js';
import { CALL_INVITE_SERVICE, CallInviteService } from '../invite/call-invite.service.js';
import type { CallInviteResult } from '../invite/call-invite.wire.js';
import type { WithdrawResult } from '../invite/call-withdraw.dto.js';
import {
  CALL_EVENT_STORE,
  type CallEvent,
  type CallEventStore,
  correlationKey,
  toCorrelationId,
} from '../stores/call-event-store.js';
import { IdempotencyService } from '../stores/idempotency.service.js';
import { OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import { validateInput } from '../validation/zim-validation.pipe.js';
import { CallFollower } from './call-follower.js';
import {
  action,
  type CalleeOutcome,
  type CallOutcome,
  type CallProgress,
  type InviteAndOutcome,
  ZimOutcomeAbortedError,
  ZimOutcomeTimeoutError,
} from './call-outcome.js';
import { type CallReport, CallReportDto } from './call-report.dto.js';
import { isAttempt, lateCallbackMs, reduceCall } from './reduce-call.js';

/**
 * Reports how calls went, from ZIM's callbacks and from what your own clients report. The module needs `callbacks`,
 * `clientReports`, or both.
 */
@Injectable()
export class CallOutcomeService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly follower: CallFollower;

  /** @internal */
  constructor(
    @Inject(CALL_INVITE_SERVICE) private readonly invites: CallInviteService,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    private readonly idempotency: IdempotencyService,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    private readonly clock: ZimClock,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
    this.follower = new CallFollower(store, clock);
  }

  /**
   * Waits until a callee has accepted, or until the call has ended without that.
   *
   * The callees of calls that were made elsewhere are not all known: if all of them reject, only the deadline ends the
   * wait.
   *
   * Callbacks arrive in any order and may be lost. If the call has ended and a callback that decides its result is
   * missing, this waits for as long as ZIM repeats callbacks, about 70 s; then the result is `unknown`. It also waits
   * after a timeout of a call that was made elsewhere, because an unknown callee may have accepted. An earlier deadline
   * makes either of them `unknown`. If nothing reports the end, the deadline ends the wait; without `callbacks`,
   * nothing reports a timeout.
   *
   * @param options - `deadlineMs` defaults to the ring time, if known (else 600 s), plus 70 s
   * @throws ZimOutcomeTimeoutError at the deadline, ZimOutcomeAbortedError if `signal` aborts, both with what is known so
   * far; ZimConnectionError if the module is closed. All have the `callId` and the outcome `unknown`: the phones may
   * still be ringing; call again to wait longer
   * @throws ZimConfigError if the module has neither `callbacks` nor `clientReports`
   */
  async outcome(callId: string, options: ZimRequestOptions = {}): Promise<CallOutcome> {
    checkRequestOptions(action, options);
    this.refuseWithoutEvents();
    const limitMs = options.deadlineMs ?? defaultLimitMs(await this.store.load(callId));
    return this.deadlines.run(limitMs, options.signal, (deadline) =>
      this.follower.wait(callId, deadline),
    );
  }

  /**
   * Returns what is known of a call now, without waiting. Of a call that is not known, no callees.
   *
   * @throws ZimConfigError if the module has neither `callbacks` nor `clientReports`
   */
  async progress(callId: string): Promise<CallProgress> {
    this.refuseWithoutEvents();
    return reduceCall(await this.store.load(callId));
  }

  /** What reports answers to this module: ZIM by callbacks, and your own clients. */
  get sources(): { readonly callbacks: boolean; readonly clientReports: boolean } {
    const { callbacks, clientReports } = this.options;
    return { callbacks: callbacks !== undefined, clientReports };
  }

  /**
   * Returns the id of the call that an invite became, if a `call_create` callback with its correlation id has arrived, on
   * any instance. So the call of an invite is found whose outcome is unknown, or whose instance has died.
   *
   * @param invite - its `correlationId`, from its error, or its `idempotencyKey`, while that is stored
   * @throws ZimConfigError if the module has neither `callbacks` nor `clientReports`
   */
  async callOf(
    invite: { readonly correlationId: string } | { readonly idempotencyKey: string },
  ): Promise<string | undefined> {
    this.refuseWithoutEvents();
    const correlationId =
      'correlationId' in invite
        ? invite.correlationId
        : toCorrelationId((await this.idempotency.tokenOf(invite.idempotencyKey)) ?? '');
    const events = await this.store.load(correlationKey(correlationId));
    return events.find(({ type }) => type === 'created')?.callId;
  }

  /**
   * Returns whether a call is known: this backend, or an instance that shares its Redis, has made it, or has received a
   * callback or a report about it within the last half hour.
   *
   * @throws ZimConfigError if the module has neither `callbacks` nor `clientReports`
   */
  async isKnown(callId: string): Promise<boolean> {
    this.refuseWithoutEvents();
    return (await this.store.load(callId)).some((event) => !isAttempt(event));
  }

  /**
   * Stores an answer that one of your own clients reports, so that outcomes are known sooner than by ZIM's callback, or
   * without one. **Check before that the report comes from the callee**: this package cannot.
   *
   * The same report again changes nothing. What ZIM reports of a callee, by a callback or by taking the rejection of a
   * withdrawal, counts over reports; of two different reports, `accepted` counts. A report about a user whom the invite
   * does not name has no effect. An outcome that was returned before ZIM contradicts it does not change.
   *
   * @param report - a {@link CallReportDto} or a plain object of its shape; unknown properties are refused
   * @throws ZimInvalidRequestError if a rule is broken
   * @throws ZimConfigError if the module has neither `callbacks` nor `clientReports`
   */
  async record(report: CallReport): Promise<void> {
    const { callId, userId, type } = validateInput(CallReportDto, report, 'record');
    this.refuseWithoutEvents();
    const isKnown = (await this.store.load(callId)).some(
      (event) =>
        event.type === type && event.reportedBy === 'client' && event.userIds.includes(userId),
    );
    // A client that repeats its report must not fill the store.
    if (isKnown) return;
    const at = this.clock.date();
    await this.store.append(callId, { type, userIds: [userId], at, reportedBy: 'client' });
  }

  /**
   * Emits each event of a call once, beginning with those that are already stored. Completes when the call has ended
   * and no callback about it can arrive any more; if the callback with its end is lost, it may never complete. Fails
   * with ZimConnectionError when the module is closed.
   */
  events(callId: string): Observable<CallEvent> {
    this.refuseWithoutEvents();
    return new Observable((subscriber) => {
      const unsubscribed = new AbortController();
      subscriber.add(() => {
        unsubscribed.abort();
      });
      this.deadlines
        .run(Infinity, unsubscribed.signal, (deadline) =>
          this.follower.emit(callId, subscriber, deadline),
        )
        .catch((error: unknown) => {
          subscriber.error(error);
        });
    });
  }

  /**
   * Makes phones ring and waits for the outcome. A callee who accepts before ZIM's reply arrives is not missed.
   *
   * @param options - `deadlineMs` limits the wait; `signal` ends the invite and the wait; `withdrawRest` and `onAbort`
   * take ringing phones back; the others are the invite's
   * @throws ZimCallError as {@link CallInviteService.invite} and {@link CallOutcomeService.outcome}
   */
  async inviteAndWait(
    invite: CallInviteInput,
    options: InviteAndWaitOptions = {},
  ): Promise<InviteAndOutcome> {
    const { deadlineMs, withdrawRest, onAbort, ...inviteOptions } = checkRequestOptions(
      action,
      options,
      inviteAndWaitOptionRules,
    );
    this.refuseWithoutEvents();
    const result = await this.invites.invite(invite, inviteOptions);
    const { signal } = inviteOptions;
    try {
      const outcome = await this.outcome(result.callId, { deadlineMs, signal });
      if (outcome.result !== 'accepted' || !withdrawRest) return { invite: result, outcome };
      const withdrawn = await this.withdrawRinging(invite, result, outcome);
      return { invite: result, outcome, ...(withdrawn && { withdrawn }) };
    } catch (error) {
      const isTimeout = error instanceof ZimOutcomeTimeoutError;
      if (onAbort !== 'withdraw') throw error;
      if (!isTimeout && !(error instanceof ZimOutcomeAbortedError)) throw error;
      const { callId, progress } = error;
      const withdrawn = await this.withdrawRinging(invite, result, progress);
      if (isTimeout) throw new ZimOutcomeTimeoutError(callId, progress, withdrawn);
      throw new ZimOutcomeAbortedError(callId, progress, withdrawn);
    }
  }

  /** Ends all waits before Nest's HTTP server waits for the requests that depend on them. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  /** Withdraws all callees who may still ring, also those whom a `call_create` in place of the reply has left out. */
  private async withdrawRinging(
    { userIds }: CallInviteInput,
    { callId, failed }: CallInviteResult,
    { callees }: { readonly callees: readonly CalleeOutcome[] },
  ): Promise<WithdrawResult | undefined> {
    const silent = new Set(userIds);
    for (const { userId } of failed) silent.delete(userId);
    for (const { userId, state } of callees) if (state !== 'ringing') silent.delete(userId);
    if (silent.size === 0) return undefined;
    return this.invites.withdraw({ callId, userIds: [...silent] });
  }

  private refuseWithoutEvents(): void {
    if (this.options.storesCallEvents) return;
    throw new ZimConfigError(
      'callbacks: nothing reports the outcome of a call; configure the path and secret of callbacks, or clientReports',
      { outcome: 'not-sent', action },
    );
  }
}

function defaultLimitMs(events: readonly CallEvent[]): number {
  const invite = events.find(({ type }) => type === 'invited' || type === 'created');
  const seconds = invite?.timeoutSeconds ?? 0;
  const ringSeconds = seconds === 0 ? zimLimits.defaultTimeoutSeconds : seconds;
  const longestSeconds = invite === undefined ? zimLimits.timeoutSeconds : ringSeconds;
  return longestSeconds * 1000 + lateCallbackMs;
}
