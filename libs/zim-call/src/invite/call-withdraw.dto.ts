import { IsOptional } from 'class-validator';
import 'reflect-metadata';
import { zimLimits } from 'zim-protocol';
import type { ResolvedOptions } from '../config/zim-call-options.js';
import type { ZimCallError, ZimErrorOutcome } from '../errors/errors.js';
import { IsCallId, MaxUtf8Bytes } from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';
import { Callees } from './call-invite.dto.js';

/**
 * A withdrawal: the phones of `userIds` are to stop ringing.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/reject-a-call-invitation
 */
@DescribedByRules()
export class CallWithdrawDto {
  /** ZIM's id of the call: 1 to 32 characters, from `CallInviteResult`. */
  @IsCallId()
  callId!: string;

  /** The callees whose phones still ring: 1 to 9, none twice, each 1 to 32 bytes. */
  @Callees(zimLimits.callees)
  userIds!: string[];

  /** Text for the others in the call: at most 2048 bytes of UTF-8. */
  @MaxUtf8Bytes(zimLimits.extendedDataBytes)
  @IsOptional()
  extendedData?: string | undefined;
}

/** {@link CallWithdrawDto} as a plain object. */
export type CallWithdrawInput = Readonly<
  Omit<CallWithdrawDto, 'userIds'> & { readonly userIds: readonly string[] }
>;

/** The result of a withdrawal. */
export interface WithdrawResult {
  /** The call that was named. */
  readonly callId: string;
  /** The callees in the order of the input. */
  readonly users: readonly WithdrawnUser[];
}

/**
 * What a withdrawal did for one callee.
 *
 * - `withdrawn`: ZIM has taken the rejection, so the phone does not ring any more.
 * - `already-answered`: the call had ended or the callee had answered (660900005). Also 660900008 if it is stored that
 *   ZIM has invited the callee, who can then only have answered.
 * - `timed-out`: the callee did not answer in time (660900006).
 * - `not-invited`: the call did not invite the callee (660900008), or ZIM cannot read the call, also after two retries
 *   (660900004).
 * - `failed`: anything else. `outcome` is that of `error`: if it is `unknown`, the phone may or may not ring, and it
 *   does no harm to withdraw again; after any other, it rings as before.
 *
 * ZIM's pages do not say which code a rejection gets from a callee who has answered while others still ring. It may be
 * any of 0, 660900005 and 660900008.
 */
export type WithdrawnUser =
  | {
      readonly userId: string;
      readonly result: 'withdrawn';
      /** ZIM's id of the request, for its support; empty if ZIM gave none. */
      readonly requestId: string;
    }
  | {
      readonly userId: string;
      readonly result: 'already-answered' | 'timed-out' | 'not-invited';
      readonly vendorCode: number;
    }
  | {
      readonly userId: string;
      readonly result: 'failed';
      readonly outcome: ZimErrorOutcome;
      readonly error: ZimCallError;
    };

/** Returns the rules for a module's withdrawals: as many callees as an invite may have. */
export function withdrawRulesOf({
  maxCallees,
}: Pick<ResolvedOptions, 'maxCallees'>): typeof CallWithdrawDto {
  if (maxCallees === zimLimits.callees) return CallWithdrawDto;
  class RaisedCallWithdrawDto extends CallWithdrawDto {}
  Callees(maxCallees)(RaisedCallWithdrawDto.prototype, 'userIds');
  return RaisedCallWithdrawDto;
}

const endings = new Map([
  [660900004, 'not-invited'],
  [660900005, 'already-answered'],
  [660900006, 'timed-out'],
  [660900008, 'not-invited'],
] as const);

const notInvited = 660900008;

/**
 * Returns what a failed rejection says about its callee.
 * @param isInvited - whether it is stored that ZIM has invited the callee, which contradicts `not-invited`
 */
export function notWithdrawn(
  userId: string,
  error: ZimCallError,
  isInvited: boolean,
): WithdrawnUser {
  const { vendorCode = 0, outcome } = error;
  // A code after a lost reply says nothing about the first attempt: the outcome is then `unknown`.
  const ending =
    outcome === 'rejected' ? [...endings].find(([code]) => code === vendorCode) : undefined;
  const failed = { userId, result: 'failed', outcome, error } as const;
  if (ending === undefined) return failed;
  const [, result] = ending;
  if (result !== 'not-invited' || !isInvited) return { userId, result, vendorCode };
  return vendorCode === notInvited ? { userId, result: 'already-answered', vendorCode } : failed;
}
