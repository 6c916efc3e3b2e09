import { decodeReply } from '../client/decode-reply.js';
import { Failure } from '../client/failure.js';
import type { ZimCallError } from '../errors/errors.js';
import { CallInviteDto } from '../invite/call-invite.dto.js';
import {
  type CallInviteResult,
  readCallInviteResult,
  toCallInviteBody,
} from '../invite/call-invite.wire.js';
import type { ReplyTime } from '../time/zim-clock.js';
import { validateInput } from '../validation/zim-validation.pipe.js';

/**
 * Returns the body that the client sends for an invite.
 *
 * @throws ZimInvalidRequestError if the invite breaks a rule
 */
export function checkedInviteBody(invite: Readonly<Record<string, unknown>>): object {
  return toCallInviteBody(validateInput(CallInviteDto, invite));
}

/** Returns the result, or the error, that the client makes of a reply to an invite. */
export function readInviteReply(
  reply: { readonly status: number; readonly contentType: string; readonly text: string },
  userIds: readonly string[],
  received: ReplyTime,
): CallInviteResult | ZimCallError {
  const { status, contentType, text } = reply;
  const decoded = decodeReply({ status, headers: { 'content-type': contentType }, text }, userIds);
  const result =
    decoded instanceof Failure ? decoded : readCallInviteResult(decoded, userIds, received);
  return result instanceof Failure ? result.toError('CallInvite', 1) : result;
}
