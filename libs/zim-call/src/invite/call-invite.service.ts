import { Inject, Injectable } from '@nestjs/common';
import { zimLimits } from 'zim-protocol';
import { ZIM_API_CLIENT, ZimApiClient } from '../client/zim-api.client.js';
import type { CallOptions } from '../options/call-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../options/zim-call-options.js';
import { validateInput } from '../validation/validate-input.js';
import { CallInviteDto, type CallInviteInput, createCallInviteDto } from './call-invite.dto.js';
import { type CallInviteResult, readCallInviteResult } from './call-invite.result.js';
import { toCallInviteBody } from './call-invite.wire.js';

const action = 'CallInvite';

/** Makes phones ring. */
@Injectable()
export class CallInviteService {
  private readonly dto: typeof CallInviteDto;

  constructor(
    @Inject(ZIM_API_CLIENT) private readonly client: ZimApiClient,
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) { maxCallees }: ResolvedZimCallOptions,
  ) {
    this.dto =
      maxCallees === zimLimits.callees ? CallInviteDto : createCallInviteDto({ maxCallees });
  }

  /**
   * Lets the phones of `userIds` ring, called by `fromUserId`. The call is of ZIM's normal mode: it ends
   * when every callee has answered or timed out.
   *
   * Resolves as soon as ZIM has taken the invite, long before anybody answers; **look at `failed`**, for a
   * part of the callees may not be reachable. ZIM allows an AppID 20 invites a second.
   *
   * @param invite a {@link CallInviteDto} or a plain object of its shape; unknown properties are refused
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent, `errors` names each field
   * @throws ZimUserNotRegisteredError if the caller or all callees are unknown to ZIM
   * @throws ZimRateLimitError if ZIM throttles until the deadline
   * @throws ZimCallError of another class; where its `outcome` is `unknown`, phones may be ringing
   * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
   */
  async invite(invite: CallInviteInput, options: CallOptions = {}): Promise<CallInviteResult> {
    const valid = validateInput(this.dto, invite, action);
    const request = { body: toCallInviteBody(valid) };
    return this.client.callAndRead(action, request, options, (reply) =>
      readCallInviteResult(reply, valid.userIds),
    );
  }
}
