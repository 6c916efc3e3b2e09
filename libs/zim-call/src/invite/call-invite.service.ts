import { Inject, Injectable } from '@nestjs/common';
import { CallRunner } from '../client/call-runner.js';
import {
  checkRequestOptions,
  type CallInviteOptions,
  inviteOptionRules,
  ownFields,
  type ZimRequestOptions,
} from '../config/request-options.js';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import {
  CALL_EVENT_STORE,
  type CallEventStore,
  toCorrelationId,
} from '../stores/call-event-store.js';
import { IdempotencyService } from '../stores/idempotency.service.js';
import { limitOf } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { validateInput } from '../validation/zim-validation.pipe.js';
import { CallAnswers } from './call-answers.js';
import { CallAnswerDto, type CallAnswerInput, type CallAnswerResult } from './call-answer.dto.js';
import { type CallInviteDto, type CallInviteInput, inviteRulesOf } from './call-invite.dto.js';
import {
  type CallInviteResult,
  readCallInviteResult,
  reviveCallInviteResult,
  toCallInviteBody,
} from './call-invite.wire.js';
import {
  type CallWithdrawInput,
  withdrawRulesOf,
  type WithdrawResult,
} from './call-withdraw.dto.js';
import { CallbackConfirmations } from './callback-confirmations.js';

/** The token of the service inside its own module, whatever the module's name. */
export const CALL_INVITE_SERVICE = Symbol('CALL_INVITE_SERVICE');

const action = 'CallInvite';

/** Makes phones ring, takes them back, and answers on behalf of callees. */
@Injectable()
export class CallInviteService {
  private readonly dto: ReturnType<typeof inviteRulesOf>;
  private readonly withdrawDto: ReturnType<typeof withdrawRulesOf>;

  /** @internal */
  constructor(
    private readonly calls: CallRunner,
    private readonly idempotency: IdempotencyService,
    private readonly answers: CallAnswers,
    private readonly confirmations: CallbackConfirmations,
    @Inject(CALL_EVENT_STORE) private readonly events: CallEventStore,
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.dto = inviteRulesOf(options);
    this.withdrawDto = withdrawRulesOf(options);
  }

  /**
   * Makes the phones of `userIds` ring, called by `fromUserId`. The call is of ZIM's normal mode: it ends when every
   * callee has answered or timed out.
   *
   * Resolves as soon as ZIM has accepted the invite, long before a callee answers; **check `failed`**, because some
   * callees may not be reachable. ZIM allows 20 invites per second per AppID.
   *
   * With the module's `correlation`, a `call_create` callback replaces a missing reply, within its `windowMs` and the
   * deadline; errors whose outcome stays `unknown` contain the `correlationId`.
   *
   * @param invite - a {@link CallInviteDto} or a plain object of its shape; unknown properties are refused
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent, `errors` names each field
   * @throws ZimIdempotencyError if `idempotencyKey` was given for another invite
   * @throws ZimUserNotRegisteredError if the caller or all callees are unknown to ZIM
   * @throws ZimRateLimitError if ZIM throttles until the deadline
   * @throws ZimCallError of another class; where its `outcome` is `unknown`, phones may be ringing
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
   */
  async invite(
    invite: CallInviteInput,
    options: CallInviteOptions = {},
  ): Promise<CallInviteResult> {
    const valid = ownFields(validateInput(this.dto, invite, action));
    const checked = checkRequestOptions(action, options, inviteOptionRules);
    if (checked.idempotencyKey === undefined) return this.send(valid, checked);
    const limit = limitOf(checked, this.options.deadlineMs, this.runtime);
    return this.idempotency.once({
      ...checked,
      action,
      key: checked.idempotencyKey,
      body: toCallInviteBody(valid),
      make: (deadlineMs, token) =>
        this.send(valid, ownFields({ ...checked, deadlineMs }), this.correlationIdOf(token)),
      recover: async (error, token) => {
        const id = this.correlationIdOf(token);
        const result = await this.confirmations.confirmInvite(error, valid, id, limit);
        this.record(result, valid);
        return result;
      },
      revive: reviveCallInviteResult,
    });
  }

  /**
   * Accepts a call on behalf of a callee. The others in the call see it as if the callee's device had.
   *
   * The request is repeated if its reply is lost. If ZIM then says that the call has ended (660900005), a callback
   * decides whether it was accepted, within 3 s (the window of `correlation`) and the deadline; without one, the
   * option `endedAfterLostAnswer` decides.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimUserNotRegisteredError if the user is unknown to ZIM
   * @throws ZimCallNotFoundError if ZIM cannot read the call, even after two retries: it may not exist
   * @throws ZimCallStateError if the call has ended or timed out, or did not invite the user
   * @throws ZimCallError of another class
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation
   */
  accept(answer: CallAnswerInput, options: ZimRequestOptions = {}): Promise<CallAnswerResult> {
    return this.answer('CallAccept', answer, options);
  }

  /**
   * Rejects a call on behalf of a callee, with the errors of {@link CallInviteService.accept}.
   *
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/reject-a-call-invitation
   */
  reject(answer: CallAnswerInput, options: ZimRequestOptions = {}): Promise<CallAnswerResult> {
    return this.answer('CallReject', answer, options);
  }

  /**
   * Stops the phones of `userIds` ringing: rejects the call on behalf of each of them, as ZIM's page allows, because
   * ZIM has no operation that cancels a call. The call ends when no callee rings any more; a callee who has accepted
   * stays in it. How ZIM's client SDKs show such a rejection is not documented.
   *
   * Each callee is a request of its own under ZIM's quota, repeated as {@link CallInviteService.reject} is, also if its
   * reply is lost; one that fails does not stop the others. Resolves with the result of each callee, whatever it is.
   * If the module stores call events, the outcome of a call that was withdrawn is `cancelled`, with the reason
   * `withdrawn`.
   *
   * @param withdrawal - a {@link CallWithdrawDto} or a plain object of its shape; unknown properties are refused
   * @param options - `deadlineMs` and `signal` apply to all callees together
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/reject-a-call-invitation
   */
  async withdraw(
    withdrawal: CallWithdrawInput,
    options: ZimRequestOptions = {},
  ): Promise<WithdrawResult> {
    const valid = validateInput(this.withdrawDto, withdrawal, 'withdraw');
    return this.answers.withdraw(valid, checkRequestOptions('withdraw', options));
  }

  private async send(
    invite: CallInviteDto,
    options: ZimRequestOptions,
    correlationId = this.correlationIdOf(),
  ): Promise<CallInviteResult> {
    const limit = limitOf(options, this.options.deadlineMs, this.runtime);
    const result = await this.calls
      .run({
        action,
        request: { body: toCallInviteBody(invite, correlationId) },
        options,
        userIds: invite.userIds,
        decode: (reply, time) => readCallInviteResult(reply, invite.userIds, time),
      })
      .catch((error: unknown) =>
        this.confirmations.confirmInvite(error, invite, correlationId, limit),
      );
    this.record(result, invite);
    return result;
  }

  private correlationIdOf(token?: string): string | undefined {
    if (this.options.correlation === undefined) return undefined;
    return toCorrelationId(token ?? this.runtime.nonce() + this.runtime.nonce());
  }

  /** Stores who was invited, so that the outcome of the call can be computed from its callbacks. */
  private record(
    { callId, invited, createdAt, confirmedBy }: CallInviteResult,
    { userIds, timeoutSeconds }: CallInviteDto,
  ): void {
    if (!this.options.storesCallEvents) return;
    // A callback leaves out callees who are logged out; their phones may ring, so the call has not ended without them.
    const allKnown = confirmedBy === 'reply' || invited.length === userIds.length;
    const type = allKnown ? 'invited' : 'created';
    const event = { type, userIds: invited, at: createdAt, timeoutSeconds } as const;
    // The invite has succeeded even if it cannot be stored.
    this.events.append(callId, event).catch(() => undefined);
  }

  private async answer(
    action: 'CallAccept' | 'CallReject',
    input: CallAnswerInput,
    options: ZimRequestOptions,
  ): Promise<CallAnswerResult> {
    const answer = validateInput(CallAnswerDto, input, action);
    return this.answers.answer(action, answer, checkRequestOptions(action, options));
  }
}
