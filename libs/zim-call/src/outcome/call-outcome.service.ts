import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { Observable, Subject } from 'rxjs';
import { zimCallbackRetryDelaysSeconds, zimLimits } from 'zim-protocol';
import { CallbackReceiver } from '../callbacks/callback-receiver.js';
import { checkCallOptions, checkInviteOptions } from '../client/check-call-options.js';
import type { Deadline, StopReason } from '../client/deadline.js';
import { OpenDeadlines } from '../client/open-deadlines.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../client/runtime.js';
import { ZimConfigError, ZimConnectionError, ZimTimeoutError } from '../errors/errors.js';
import type { CallInviteInput } from '../invite/call-invite.dto.js';
import type { CallInviteResult } from '../invite/call-invite.result.js';
import { CALL_INVITE_SERVICE, CallInviteService } from '../invite/call-invite.service.js';
import type { CallOptions, InviteOptions } from '../options/call-options.js';
import type { CallEvent, CallOutcome, CallProgress } from './call-outcome.js';
import { CALL_STORE, type CallStore } from './call-store.js';
import { reduceCall } from './reduce-call.js';
import { toCallEvent } from './to-call-event.js';

const action = 'outcome';
/** ZIM delivers a callback for about a minute; whatever has not come by then is lost. */
const lateCallbackMs =
  zimCallbackRetryDelaysSeconds.reduce((sum, seconds) => sum + seconds, 0) * 1000 + 8_000;

/** Tells how calls went, by ZIM's callbacks. The module's `callbacks` must be configured. */
@Injectable()
export class CallOutcomeService implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;
  private readonly closing = new Subject<never>();

  constructor(
    @Inject(CALL_INVITE_SERVICE) private readonly invites: CallInviteService,
    private readonly receiver: CallbackReceiver,
    @Inject(CALL_STORE) private readonly store: CallStore,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
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
        void store.append(callId, { type, userIds: invited, at: createdAt, timeoutSeconds });
      },
    );
  }

  /**
   * Waits until somebody has accepted, or until the call has ended without that.
   *
   * Of calls that a backend with this store has not made itself, nobody knows all callees: if all of them
   * reject, only the deadline ends the waiting.
   *
   * Callbacks may be lost. If one that decides is missing, the result is `unknown` some 70 s after the end
   * of the call; if nothing tells the end at all, the deadline ends the waiting.
   *
   * @param options `deadlineMs` defaults to the ring time, as far as it is known (else 600 s), and 70 s
   * @throws ZimTimeoutError at the deadline, ZimConnectionError if `signal` aborts; both with outcome
   * `unknown`: the phones may go on ringing
   * @throws ZimConfigError if the module receives no callbacks
   */
  async outcome(callId: string, options: CallOptions = {}): Promise<CallOutcome> {
    checkCallOptions(action, options);
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
   * ended. May never complete if callbacks are lost; fails with ZimConnectionError when the module is closed.
   */
  events(callId: string): Observable<CallEvent> {
    this.refuseWithoutCallbacks();
    return new Observable((subscriber) => {
      const told = new Set<string>();
      const tell = async () => {
        const events = await this.store.load(callId);
        for (const event of events) {
          const identity = JSON.stringify([event.type, event.userIds, event.reason]);
          if (told.has(identity)) continue;
          told.add(identity);
          subscriber.next(event);
        }
        if (isSettled(reduceCall(events))) subscriber.complete();
      };
      const fail = (error: unknown) => {
        subscriber.error(error);
      };
      const stop = this.store.onChange((changed) => {
        if (changed === undefined || changed === callId) tell().catch(fail);
      });
      subscriber.add(stop);
      subscriber.add(
        this.closing.subscribe({
          error: () => {
            fail(stoppedError(callId, 'closed'));
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
        if (result === undefined || finished) return;
        const settle = () => {
          finish(() => {
            resolve(toOutcome(callId, progress, result));
          });
        };
        cancelGrace?.();
        if (result === 'unknown') cancelGrace = this.runtime.setTimer(lateCallbackMs, settle);
        else settle();
      };
      const fail = (error: Error) => {
        finish(() => {
          reject(error);
        });
      };
      const giveUp = () => {
        finish(() => {
          reject(stoppedError(callId, deadline.stopped));
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

  private refuseWithoutCallbacks(): void {
    if (this.receiver.path !== undefined) return;
    throw new ZimConfigError(
      'callbacks: how a call went is told by callbacks alone; configure their path and secret',
      { outcome: 'not-sent', action },
    );
  }
}

/** Ended, and nothing that could still come would tell more. */
function isSettled({ ended, callees }: CallProgress): boolean {
  return ended && callees.every(({ state }) => state !== 'answered');
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

function stoppedError(callId: string, reason: StopReason | undefined) {
  const details = { outcome: 'unknown', action } as const;
  if (reason === 'out-of-time') {
    return new ZimTimeoutError(`no callback told in time how call ${callId} went`, details);
  }
  const who = reason === 'closed' ? 'ended: the module was closed' : 'aborted by the caller';
  return new ZimConnectionError(`waiting for call ${callId} was ${who}`, details);
}
