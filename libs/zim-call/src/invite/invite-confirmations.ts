import type { RequestOptions } from '../config/request-options.js';

/** An invite whose reply is missing. */
export interface UnconfirmedInvite {
  readonly correlationId: string;
  readonly fromUserId: string;
  readonly userIds: readonly string[];
}

/** What ZIM has told of an invite on another way than by its reply. */
export interface InviteConfirmation {
  readonly callId: string;
  readonly createdAt: Date;
  /** Of those who were asked for. */
  readonly invited: readonly string[];
}

/** Finds out whether an invite without a reply has reached ZIM. */
export interface InviteConfirmations {
  /**
   * Waits at most so long, and looks in any case; ends at once with the signal or the module.
   * @returns `undefined` if nobody knows
   */
  confirm(
    invite: UnconfirmedInvite,
    limitMs: number,
    signal: RequestOptions['signal'],
  ): Promise<InviteConfirmation | undefined>;
}

/** The token of {@link InviteConfirmations}. */
export const INVITE_CONFIRMATIONS = Symbol('INVITE_CONFIRMATIONS');
