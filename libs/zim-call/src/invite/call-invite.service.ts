import { Inject, Injectable } from '@nestjs/common';
import type { ZimReply } from 'zim-protocol';
import { CallRunner } from '../client/call-runner.js';
import {
  checkInviteOptions,
  checkRequestOptions,
  type InviteOptions,
  ownFields,
  type RequestOptions,
} from '../config/request-options.js';
import { IdempotencyService } from '../stores/idempotency.service.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import { validateInput } from '../validation/validate-input.js';
import { CallAnswerDto, type CallAnswerInput, type CallAnswerResult } from './call-answer.dto.js';
import { type CallInviteDto, type CallInviteInput, inviteRulesOf } from './call-invite.dto.js';
import {
  type CallInviteResult,
  readCallInviteResult,
  reviveCallInviteResult,
  toCallInviteBody,
} from './call-invite.wire.js';
import { MarkedInvites } from './marked-invites.js';
import { RepeatedAnswers } from './repeated-answers.js';

/** The service inside its own module, whatever the module's name. */
export const CALL_INVITE_SERVICE = Symbol('CALL_INVITE_SERVICE');

const action = 'CallInvite';

type InviteListener = (result: CallInviteResult, invite: CallInviteDto) => void;

/** Makes phones ring, and answers for those who ring. */
@Injectable()
export class CallInviteService {
  private readonly dto: ReturnType<typeof inviteRulesOf>;
  private readonly listeners: InviteListener[] = [];

  constructor(
    private readonly calls: CallRunner,
    private readonly idempotency: IdempotencyService,
    private readonly marked: MarkedInvites,
    private readonly answers: RepeatedAnswers,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) options: ResolvedZimCallOptions,
  ) {
    this.dto = inviteRulesOf(options);
  }

  /**
   * Lets the phones of `userIds` ring, called by `fromUserId`. The call is of ZIM's normal mode: it ends
   * when every callee has answered or timed out.
   *
   * Resolves as soon as ZIM has taken the invite, long before anybody answers; **look at `failed`**, for a
   * part of the callees may not be reachable. ZIM allows an AppID 20 invites a second.
   *
   * With the module's `correlation`, a missing reply is made good by a `call_create` callback, within its
   * `windowMs` and the deadline; errors whose outcome stays `unknown` tell the `correlationId`.
   *
   * @param invite a {@link CallInviteDto} or a plain object of its shape; unknown properties are refused
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent, `errors` names each field
   * @throws ZimIdempotencyError if `idempotencyKey` was given for another invite
   * @throws ZimUserNotRegisteredError if the caller or all callees are unknown to ZIM
   * @throws ZimRateLimitError if ZIM throttles until the deadline
   * @throws ZimCallError of another class; where its `outcome` is `unknown`, phones may be ringing
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
   */
  async invite(invite: CallInviteInput, options: InviteOptions = {}): Promise<CallInviteResult> {
    const valid = ownFields(validateInput(this.dto, invite, action));
    const { idempotencyKey: key, ...callOptions } = checkInviteOptions(action, options);
    if (key === undefined) return this.send(valid, callOptions);
    return this.idempotency.once({
      ...callOptions,
      action,
      key,
      body: toCallInviteBody(valid, valid.extendedData),
      make: (deadlineMs) => this.send(valid, { ...callOptions, deadlineMs }),
      revive: reviveCallInviteResult,
    });
  }

  /** @internal For rooms of this package that follow calls. */
  onInvited(listener: InviteListener): void {
    this.listeners.push(listener);
  }

  /**
   * Accepts a call on behalf of a callee. The others in the call see it as if the callee's device had.
   *
   * It is sent again if its reply is lost. If ZIM then says that the call has ended (660900005), a callback decides
   * whether it was accepted, within 3 s (the window of `correlation`) and the deadline; without one, the option
   * `endedAfterLostAnswer`.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimUserNotRegisteredError if the user is unknown to ZIM
   * @throws ZimCallNotFoundError if ZIM cannot read the call, also when asked twice again: it may not exist
   * @throws ZimCallStateError if the call has ended or timed out, or did not invite the user
   * @throws ZimCallError of another class
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation
   */
  accept(answer: CallAnswerInput, options: RequestOptions = {}): Promise<CallAnswerResult> {
    return this.answer('CallAccept', answer, options);
  }

  /**
   * Rejects a call on behalf of a callee, with the errors of {@link CallInviteService.accept}.
   *
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/reject-a-call-invitation
   */
  reject(answer: CallAnswerInput, options: RequestOptions = {}): Promise<CallAnswerResult> {
    return this.answer('CallReject', answer, options);
  }

  private async send(valid: CallInviteDto, options: RequestOptions): Promise<CallInviteResult> {
    const result = await this.marked.send(valid, options, (extendedData) =>
      this.calls.run({
        action,
        request: { body: toCallInviteBody(valid, extendedData) },
        options,
        userIds: valid.userIds,
        decode: (reply, time) => readCallInviteResult(reply, valid.userIds, time),
      }),
    );
    for (const listener of this.listeners) listener(result, valid);
    return result;
  }

  private async answer(
    action: 'CallAccept' | 'CallReject',
    answer: CallAnswerInput,
    options: RequestOptions,
  ): Promise<CallAnswerResult> {
    const valid = validateInput(CallAnswerDto, answer, action);
    const { callId, userId, extendedData } = valid;
    const checked = checkRequestOptions(action, options);
    const fields = { FromUserId: userId, CallId: callId };
    const query =
      typeof extendedData === 'string' ? { ...fields, ExtendedData: extendedData } : fields;
    const wanted = action === 'CallAccept' ? 'accepted' : 'rejected';
    return this.answers.send(valid, wanted, checked, () => {
      const decode = ({ RequestId }: ZimReply) => ({ requestId: RequestId });
      return this.calls.run({ action, request: { query }, options: checked, decode });
    });
  }
}
