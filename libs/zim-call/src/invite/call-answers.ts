import { Inject, Injectable } from '@nestjs/common';
import { CallRunner } from '../client/call-runner.js';
import { ownFields, type ZimRequestOptions } from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { isZimCallError } from '../errors/errors.js';
import {
  CALL_EVENT_STORE,
  type CallEvent,
  type CallEventStore,
} from '../stores/call-event-store.js';
import { limitOf } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimClock } from '../time/zim-clock.js';
import type { CallAnswerInput, CallAnswerResult } from './call-answer.dto.js';
import { toCallAnswerQuery } from './call-invite.wire.js';
import {
  type CallWithdrawInput,
  notWithdrawn,
  type WithdrawnUser,
  type WithdrawResult,
} from './call-withdraw.dto.js';
import { CallbackConfirmations } from './callback-confirmations.js';

/** Answers calls on behalf of callees. Input and options are checked before. */
@Injectable()
export class CallAnswers {
  constructor(
    private readonly calls: CallRunner,
    private readonly confirmations: CallbackConfirmations,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    private readonly clock: ZimClock,
  ) {}

  async answer(
    action: 'CallAccept' | 'CallReject',
    answer: CallAnswerInput,
    options: ZimRequestOptions,
  ): Promise<CallAnswerResult> {
    const limit = limitOf(options, this.options.deadlineMs, this.runtime);
    try {
      return await this.calls.run({
        action,
        request: { query: toCallAnswerQuery(answer) },
        options,
        decode: ({ RequestId }) => ({ requestId: RequestId }),
      });
    } catch (error) {
      const wanted = action === 'CallAccept' ? 'accepted' : 'rejected';
      return this.confirmations.confirmAnswer(error, answer, wanted, limit);
    }
  }

  /** Rejects for each callee, independently of the others. */
  async withdraw(
    { callId, userIds, extendedData }: CallWithdrawInput,
    options: ZimRequestOptions,
  ): Promise<WithdrawResult> {
    const { endsAtMs } = limitOf(options, this.options.deadlineMs, this.runtime);
    const before = await this.load(callId);
    // A callee who has rejected is no part of the withdrawal, so that the rejection stays the callee's own.
    const open = userIds.filter((userId) => !hasRejected(before, userId));
    // Stored before anything is sent, because the callbacks of the rejections may arrive before their replies.
    await this.append(callId, 'withdrawing', open);
    const left = ownFields({
      ...options,
      deadlineMs: Math.max(1, endsAtMs - this.runtime.monotonicMs()),
    });
    const withdrawOne = async (userId: string): Promise<WithdrawnUser> => {
      const user = await this.rejectFor({ callId, userId, extendedData }, left, before);
      const isUnknown = user.result === 'failed' && user.outcome === 'unknown';
      const type = user.result === 'withdrawn' ? 'withdrawn' : 'not-withdrawn';
      if (!isUnknown && open.includes(userId)) await this.append(callId, type, [userId]);
      return user;
    };
    return { callId, users: await Promise.all(userIds.map(withdrawOne)) };
  }

  private async rejectFor(
    answer: CallAnswerInput,
    options: ZimRequestOptions,
    events: readonly CallEvent[],
  ): Promise<WithdrawnUser> {
    const { userId } = answer;
    try {
      const { requestId } = await this.answer('CallReject', answer, options);
      return { userId, result: 'withdrawn', requestId };
    } catch (error) {
      if (!isZimCallError(error)) throw error;
      const isInvited = events.some(
        ({ type, userIds }) =>
          (type === 'invited' || type === 'created') && userIds.includes(userId),
      );
      return notWithdrawn(userId, error, isInvited);
    }
  }

  /** Loads the events of a call; a store that fails does not keep phones ringing. */
  private async load(callId: string): Promise<readonly CallEvent[]> {
    if (!this.options.storesCallEvents) return [];
    return this.store.load(callId).catch(() => []);
  }

  private async append(
    callId: string,
    type: 'withdrawing' | 'withdrawn' | 'not-withdrawn',
    userIds: readonly string[],
  ): Promise<void> {
    if (!this.options.storesCallEvents || userIds.length === 0) return;
    await this.store
      .append(callId, { type, userIds, at: this.clock.date() })
      .catch(() => undefined);
  }
}

function hasRejected(events: readonly CallEvent[], userId: string): boolean {
  return events.some(({ type, userIds }) => type === 'rejected' && userIds.includes(userId));
}
