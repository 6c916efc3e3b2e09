import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import { zimLimits } from 'zim-protocol';
import {
  checkRequestOptions,
  type CallInviteOptions,
  inviteOptionRules,
  type ZimRequestOptions,
} from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { ZimConfigError } from '../errors/errors.js';
import type { CallInviteInput } from '../invite/call-invite.dto.js';
import { CALL_INVITE_SERVICE, CallInviteService } from '../invite/call-invite.service.js';
import type { CallInviteResult } from '../invite/call-invite.wire.js';
import {
  CALL_EVENT_STORE,
  type CallEvent,
  type CallEventStore,
  followCall,
} from '../stores/call-event-store.js';
import { type Deadline, OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import { action, type CallOutcome, type CallProgress, stoppedError } from './call-outcome.js';
import { lateCallbackMs, reduceCall, remainingLateMs } from './reduce-call.js';

/** Reports how calls went, from ZIM's callbacks. The module's `callbacks` must be configured. */
@Injectable()
export class CallOutcomeService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;

  /** @internal */
  constructor(
    @Inject(CALL_INVITE_SERVICE) private readonly invites: CallInviteService,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
    private readonly clock: ZimClock,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
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
   * makes either of them `unknown`. If no callback reports the end, the deadline ends the wait.
   *
   * @param options - `deadlineMs` defaults to the ring time, if known (else 600 s), plus 70 s
   * @throws ZimOutcomeTimeoutError at the deadline, with what is known so far; ZimConnectionError if `signal` aborts.
   * Both have the `callId` and the outcome `unknown`: the phones may still be ringing; call again to wait longer
   * @throws ZimConfigError if the module receives no callbacks
   */
  async outcome(callId: string, options: ZimRequestOptions = {}): Promise<CallOutcome> {
    checkRequestOptions(action, options);
    this.refuseWithoutCallbacks();
    const limitMs = options.deadlineMs ?? defaultLimitMs(await this.store.load(callId));
    return this.deadlines.run(limitMs, options.signal, (deadline) => this.wait(callId, deadline));
  }

  /**
   * Returns whether a call is known: this backend, or an instance that shares its Redis, has made it or has received a
   * callback about it within the last half hour.
   *
   * @throws ZimConfigError if the module receives no callbacks
   */
  async isKnown(callId: string): Promise<boolean> {
    this.refuseWithoutCallbacks();
    return (await this.store.load(callId)).length > 0;
  }

  /**
   * Emits each event of a call once, beginning with those that are already stored. Completes when the call has ended
   * and no callback about it can arrive any more; if the callback with its end is lost, it may never complete. Fails
   * with ZimConnectionError when the module is closed.
   */
  events(callId: string): Observable<CallEvent> {
    this.refuseWithoutCallbacks();
    return new Observable((subscriber) => {
      const unsubscribed = new AbortController();
      subscriber.add(() => {
        unsubscribed.abort();
      });
      this.deadlines
        .run(Infinity, unsubscribed.signal, (deadline) => this.emit(callId, subscriber, deadline))
        .catch((error: unknown) => {
          subscriber.error(error);
        });
    });
  }

  /**
   * Makes phones ring and waits for the outcome. A callee who accepts before ZIM's reply arrives is not missed.
   *
   * @param options - `deadlineMs` limits the wait; `signal` ends the invite and the wait; the others are the invite's
   * @throws ZimCallError as {@link CallInviteService.invite} and {@link CallOutcomeService.outcome}
   */
  async inviteAndWait(
    invite: CallInviteInput,
    options: CallInviteOptions = {},
  ): Promise<{ readonly invite: CallInviteResult; readonly outcome: CallOutcome }> {
    const { deadlineMs, ...inviteOptions } = checkRequestOptions(
      action,
      options,
      inviteOptionRules,
    );
    this.refuseWithoutCallbacks();
    const result = await this.invites.invite(invite, inviteOptions);
    const { signal } = inviteOptions;
    return { invite: result, outcome: await this.outcome(result.callId, { deadlineMs, signal }) };
  }

  /** Ends all waits before Nest's HTTP server waits for the requests that depend on them. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  private async wait(callId: string, deadline: Deadline): Promise<CallOutcome> {
    let progress = reduceCall([]);
    for await (const events of this.follow(callId, deadline)) {
      progress = reduceCall(events);
      const { result } = progress;
      const isFinal = result === 'accepted' || this.remainingLateMs(progress) === 0;
      if (result !== undefined && isFinal) return toOutcome(callId, progress, result);
    }
    if (deadline.stopped === 'out-of-time' && progress.ended) {
      return toOutcome(callId, progress, 'unknown');
    }
    throw stoppedError(callId, deadline.stopped, progress);
  }

  private async emit(
    callId: string,
    subscriber: Subscriber<CallEvent>,
    deadline: Deadline,
  ): Promise<void> {
    const emitted = new Set<string>();
    let progress = reduceCall([]);
    for await (const events of this.follow(callId, deadline)) {
      for (const event of events) {
        const identity = JSON.stringify([event.type, event.userIds, event.reason]);
        if (!emitted.has(identity)) subscriber.next(event);
        emitted.add(identity);
      }
      progress = reduceCall(events);
      if (this.remainingLateMs(progress) > 0) continue;
      subscriber.complete();
      return;
    }
    throw stoppedError(callId, deadline.stopped, progress);
  }

  private follow(callId: string, deadline: Deadline): AsyncIterable<readonly CallEvent[]> {
    return followCall(this.store, callId, deadline, (events) =>
      this.remainingLateMs(reduceCall(events)),
    );
  }

  private remainingLateMs(progress: CallProgress): number {
    return remainingLateMs(progress, this.clock.timestampSeconds() * 1000);
  }

  private refuseWithoutCallbacks(): void {
    if (this.options.callbacks !== undefined) return;
    throw new ZimConfigError(
      'callbacks: only callbacks report the outcome of a call; configure their path and secret',
      { outcome: 'not-sent', action },
    );
  }
}

function toOutcome(
  callId: string,
  { callees, reason }: CallProgress,
  result: CallOutcome['result'],
): CallOutcome {
  const acceptedBy = callees
    .filter(({ state }) => state === 'accepted')
    .map(({ userId }) => userId);
  return { callId, result, acceptedBy, callees, ...(reason !== undefined && { reason }) };
}

function defaultLimitMs(events: readonly CallEvent[]): number {
  const invite = events.find(({ type }) => type === 'invited' || type === 'created');
  const seconds = invite?.timeoutSeconds ?? 0;
  const ringSeconds = seconds === 0 ? zimLimits.defaultTimeoutSeconds : seconds;
  const longestSeconds = invite === undefined ? zimLimits.timeoutSeconds : ringSeconds;
  return longestSeconds * 1000 + lateCallbackMs;
}
