import { Injectable, Logger } from '@nestjs/common';
import { type CallInviteInput, type CallInviteResult, CallInviteService } from 'nestjs-zim-call';

/** The place for your own rules: who may call whom, and what is written down about it. */
@Injectable()
export class CallsService {
  private readonly logger = new Logger('Calls');

  constructor(private readonly callInvite: CallInviteService) {}

  async invite(invite: CallInviteInput): Promise<CallInviteResult> {
    const result = await this.callInvite.invite(invite);
    this.logger.log('the phones ring', {
      callId: result.callId,
      zimRequestId: result.requestId,
      invited: result.invited.length,
      failed: result.failed.length,
    });
    return result;
  }
}
