import { IsOptional } from 'class-validator';
import 'reflect-metadata';
import { zimLimits } from 'zim-protocol';
import { IsCallId, IsZimUserId, MaxUtf8Bytes } from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';

/**
 * An answer on behalf of a callee.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/accept-a-call-invitation
 */
@DescribedByRules()
export class CallAnswerDto {
  /** ZIM's id of the call: 1 to 32 characters, from `CallInviteResult`. */
  @IsCallId()
  callId!: string;

  /** The callee for whom to answer. */
  @IsZimUserId()
  userId!: string;

  /** Text for the others in the call: at most 2048 bytes of UTF-8. */
  @MaxUtf8Bytes(zimLimits.extendedDataBytes)
  @IsOptional()
  extendedData?: string | undefined;
}

/** {@link CallAnswerDto} as a plain object. */
export type CallAnswerInput = Readonly<CallAnswerDto>;

/** The result of an answer that ZIM has accepted. */
export interface CallAnswerResult {
  /** ZIM's id of the request, for its support; empty if ZIM gave none. */
  readonly requestId: string;
  /**
   * Only present if the reply was lost and ZIM refused the repeated request because the call has ended (660900005).
   * `callback`: a callback reports this answer of the callee, given here or on a device. `assumption`: the option
   * `endedAfterLostAnswer` counts it as done.
   */
  readonly confirmedBy?: 'callback' | 'assumption';
}
