import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import { zimLimits } from 'zim-protocol';
import { CallbackReceiver } from '../callbacks/callback-receiver.js';
import {
  checkInviteOptions,
  checkRequestOptions,
  type InviteOptions,
  type RequestOptions,
} from '../config/request-options.js';
import type { Deadline } from '../time/deadline.js';
import { OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import { ZimConfigError } from '../errors/errors.js';
import type { CallInviteInput } from '../invite/call-invite.dto.js';
import type { CallInviteResult } from '../invite/call-invite.wire.js';
import { CALL_INVITE_SERVICE, CallInviteService } from '../invite/call-invite.service.js';
import type { CallOutcome, CallProgress } from './call-outcome.js';
import {
  CALL_EVENT_STORE,
  type CallEvent,
  type CallEventStore,
} from '../stores/call-event-store.js';
import { lateCallbackMs, remainingLateMs } from './late-callbacks.js';
import { action, stoppedError } from './outcome-errors.js';
import { reduceCall } from './reduce-call.js';
import { toCallEvent } from './to-call-event.js';

/** Tells how calls went, by ZIM's callbacks. The module's `callbacks` must be configured. */
@Injectable()
export class CallOutcomeService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly closing = new Subject<never>();

  constructor(
    @Inject(CALL_INVITE_SERVICE) private readonly invites: CallInviteService,
    private readonly receiver: CallbackReceiver,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    private readonly clock: ZimClock,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
    if (receiver.path === undefined) return;
    receiver.onEvent(async (event) => {
      const known = toCallEvent(event);
      if (known !== undefined) await store.append(known.callId, known.event);
    });
    invites.onInvited(
      ({ callId, invited, createdAt, confirmedBy }, { userIds, timeoutSeconds }) => {
        // Of callees whom a callback leaves out, the phones may ring: the call has not ended without them.
        const allKnown = confirmedBy === 'reply' || invited.length === userIds.length;
        const type = allKnown ? 'invited' : 'created';
        const event = { type, userIds: invited, at: createdAt, timeoutSeconds } as const;
        // The invite has succeeded, whether or not it can be written down.
        store.append(callId, event).catch(() => undefined);
      },
    );
  }

  /**
   * Waits until somebody has accepted, or until the call has ended without that.
   *
   * Of calls that a backend with this store has not made itself, nobody knows all callees: if all of them
   * reject, only the deadline ends the waiting.
   *
   * Callbacks come in any order, and may be lost. If one that decides is missing when the call has ended, it is
   * awaited for as long as ZIM delivers it, some 70 s; then the result is `unknown`. So is a `timed-out` call
   * that was made elsewhere awaited: somebody of whom nothing is known yet may have accepted. A deadline that
   * comes sooner makes either of them `unknown`. If nothing tells the end at all, the deadline ends the waiting.
   *
   * @param options `deadlineMs` defaults to the ring time, as far as it is known (else 600 s), and 70 s
   * @throws ZimOutcomeTimeoutError at the deadline, with what is known so far; ZimConnectionError if `signal`
   * aborts. Both have the `callId` and the outcome `unknown`: the phones may go on ringing, and another
   * `outcome(callId)` waits on
   * @throws ZimConfigError if the module receives no callbacks
   */
  async outcome(callId: string, options: RequestOptions = {}): Promise<CallOutcome> {
    checkRequestOptions(action, options);
    this.refuseWithoutCallbacks();
    const limitMs = options.deadlineMs ?? defaultLimitMs(await this.store.load(callId));
    return this.deadlines.run(limitMs, options.signal, (deadline) => this.wait(callId, deadline));
  }

  /**
   * Whether anything is known of a call: this backend, or an instance that shares its Redis, has made it or has
   * received a callback about it within the last half hour.
   *
   * @throws ZimConfigError if the module receives no callbacks
   */
  async isKnown(callId: string): Promise<boolean> {
    this.refuseWithoutCallbacks();
    return (await this.store.load(callId)).length > 0;
  }

  /**
   * Everything that happens to a call, beginning with what is known already; completes when the call has
   * ended and no callback about it can come any more. May never complete if its end is lost; fails with ZimConnectionError when the module is closed.
   */
  events(callId: string): Observable<CallEvent> {
    this.refuseWithoutCallbacks();
    return new Observable((subscriber) => {
      const told = new Set<string>();
      let cancelLate: () => void = () => undefined;
      const complete = () => {
        subscriber.complete();
      };
      const tell = async () => {
        const events = await this.store.load(callId);
        for (const event of events) {
          const identity = JSON.stringify([event.type, event.userIds, event.reason]);
          if (told.has(identity)) continue;
          told.add(identity);
          subscriber.next(event);
        }
        const progress = reduceCall(events);
        if (subscriber.closed || !progress.ended) return;
        cancelLate();
        const lateMs = remainingLateMs(progress, this.nowMs);
        if (lateMs === 0) complete();
        else cancelLate = this.runtime.setTimer(lateMs, complete);
      };
      const fail = (error: unknown) => {
        subscriber.error(error);
      };
      const stop = this.store.onChange((changed) => {
        if (changed === undefined || changed === callId) tell().catch(fail);
      });
      subscriber.add(() => {
        stop();
        cancelLate();
      });
      subscriber.add(
        this.closing.subscribe({
          error: () => {
            fail(stoppedError(callId, 'closed', reduceCall([])));
          },
        }),
      );
      tell().catch(fail);
    });
  }

  /**
   * Lets phones ring and waits for what comes of it, without a gap between: a callee who picks up before
   * ZIM's reply is here is not missed.
   *
   * @param options `deadlineMs` limits the waiting; `signal` ends the invite and the waiting; the others are the
   * invite's
   * @throws ZimCallError as {@link CallInviteService.invite} and {@link CallOutcomeService.outcome}
   */
  async inviteAndWait(
    invite: CallInviteInput,
    options: InviteOptions = {},
  ): Promise<{ readonly invite: CallInviteResult; readonly outcome: CallOutcome }> {
    const { deadlineMs, ...inviting } = checkInviteOptions(action, options);
    this.refuseWithoutCallbacks();
    const { signal } = inviting;
    const result = await this.invites.invite(invite, inviting);
    const outcome = await this.outcome(result.callId, { deadlineMs, signal });
    return { invite: result, outcome };
  }

  /**
   * Whoever still waits is told that the module was closed. It must be now: next, the HTTP server waits for the
   * requests that may be waiting for this.
   */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
    this.closing.error('closed');
  }

  private wait(callId: string, deadline: Deadline): Promise<CallOutcome> {
    return new Promise((resolve, reject) => {
      let cancelGrace: (() => void) | undefined;
      let finished = false;
      let known = reduceCall([]);
      const finish = (settle: () => void) => {
        finished = true;
        stopListening();
        cancelGrace?.();
        leave();
        settle();
      };
      const look = async () => {
        const progress = reduceCall(await this.store.load(callId));
        const { result } = progress;
        known = progress;
        if (result === undefined || finished) return;
        const settle = () => {
          finish(() => {
            resolve(toOutcome(callId, progress, result));
          });
        };
        cancelGrace?.();
        const lateMs = result === 'accepted' ? 0 : remainingLateMs(progress, this.nowMs);
        if (lateMs === 0) settle();
        else cancelGrace = this.runtime.setTimer(lateMs, settle);
      };
      const fail = (error: Error) => {
        finish(() => {
          reject(error);
        });
      };
      const giveUp = () => {
        finish(() => {
          const isOver = deadline.stopped === 'out-of-time' && known.ended;
          if (isOver) resolve(toOutcome(callId, known, 'unknown'));
          else reject(stoppedError(callId, deadline.stopped, known));
        });
      };
      // A shared memory that was away when something changed, has told nobody.
      const onStop = () => {
        if (deadline.stopped === 'out-of-time') look().then(giveUp, giveUp);
        else giveUp();
      };
      const stopListening = this.store.onChange((changed) => {
        if (changed === undefined || changed === callId) look().catch(fail);
      });
      const leave = deadline.onStop(onStop);
      if (deadline.stopped !== undefined) giveUp();
      else look().catch(fail);
    });
  }

  /** As ZIM's callbacks count it. */
  private get nowMs(): number {
    return this.clock.timestampSeconds() * 1000;
  }

  private refuseWithoutCallbacks(): void {
    if (this.receiver.path !== undefined) return;
    throw new ZimConfigError(
      'callbacks: how a call went is told by callbacks alone; configure their path and secret',
      { outcome: 'not-sent', action },
    );
  }
}

function toOutcome(
  callId: string,
  { callees, reason }: CallProgress,
  result: CallOutcome['result'],
): CallOutcome {
  const accepted = callees.filter(({ state }) => state === 'accepted');
  const acceptedBy = accepted.map(({ userId }) => userId);
  return { callId, result, acceptedBy, callees, ...(reason !== undefined && { reason }) };
}

function defaultLimitMs(events: readonly CallEvent[]): number {
  const invite = events.find(({ type }) => type === 'invited' || type === 'created');
  const seconds = invite?.timeoutSeconds ?? 0;
  const ringSeconds = seconds === 0 ? zimLimits.defaultTimeoutSeconds : seconds;
  const longestSeconds = invite === undefined ? zimLimits.timeoutSeconds : ringSeconds;
  return longestSeconds * 1000 + lateCallbackMs;
}
