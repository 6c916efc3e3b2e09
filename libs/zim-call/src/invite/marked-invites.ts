import { Inject, Injectable } from '@nestjs/common';
import { writeCorrelation } from 'zim-protocol';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { isZimCallError, tellCorrelation } from '../errors/zim-call-error.js';
import type { RequestOptions } from '../config/request-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import type { CallInviteDto } from './call-invite.dto.js';
import type { CallInviteResult } from './call-invite.wire.js';
import { INVITE_CONFIRMATIONS, type InviteConfirmations } from './invite-confirmations.js';

/** Sends invites with a mark on them, by which a callback can tell what a missing reply would have. */
@Injectable()
export class MarkedInvites {
  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    @Inject(INVITE_CONFIRMATIONS) private readonly confirmations: InviteConfirmations,
  ) {}

  /**
   * Without the module's `correlation` it only sends. All requests of one invite carry one mark.
   * @param send sends the invite with this data in place of its own
   * @throws ZimCallError as `send`; if its outcome is `unknown`, with the `correlationId`
   */
  async send(
    invite: CallInviteDto,
    options: RequestOptions,
    send: (extendedData?: string) => Promise<CallInviteResult>,
  ): Promise<CallInviteResult> {
    const { correlation } = this.options;
    if (correlation === undefined) return send(invite.extendedData);
    const endsAtMs = this.runtime.monotonicMs() + (options.deadlineMs ?? this.options.deadlineMs);
    const correlationId = newCorrelationId(this.runtime);
    const extendedData = writeCorrelation(correlationId, invite.extendedData ?? '');
    try {
      return await send(extendedData);
    } catch (error) {
      if (!isZimCallError(error) || error.outcome !== 'unknown') throw error;
      const { fromUserId, userIds } = invite;
      const limitMs = Math.min(correlation.windowMs, endsAtMs - this.runtime.monotonicMs());
      const confirmation = await this.confirmations.confirm(
        { correlationId, fromUserId, userIds },
        limitMs,
        options.signal,
      );
      if (confirmation === undefined) throw tellCorrelation(error, correlationId);
      const requestId = error.requestId ?? '';
      const facts = {
        requestId,
        failed: [],
        createdAtFrom: 'zim',
        confirmedBy: 'callback',
      } as const;
      return { ...confirmation, ...facts };
    }
  }
}

/** 16 bytes as base64url. Apps of callees see it, so it must not be known before. */
function newCorrelationId(runtime: ZimRuntime): string {
  return Buffer.from(runtime.nonce() + runtime.nonce(), 'hex').toString('base64url');
}
