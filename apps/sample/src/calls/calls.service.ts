import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import {
  type CallAnswerInput,
  type CallAnswerResult,
  type CallEvent,
  type CallInviteInput,
  type CallInviteResult,
  CallInviteService,
  CallOutcomeService,
  isZimCallError,
} from 'nestjs-zim-call';
import type { Observable } from 'rxjs';

/** The place for your own rules: who may call whom, and what is written down about it. */
@Injectable()
export class CallsService {
  private readonly logger = new Logger('Calls');

  constructor(
    private readonly calls: CallInviteService,
    private readonly outcomes: CallOutcomeService,
  ) {}

  /** Lets the phones ring, and goes on watching how the call goes after the caller of this was answered. */
  async invite(invite: CallInviteInput, idempotencyKey?: string): Promise<CallInviteResult> {
    const result = await this.calls.invite(invite, { idempotencyKey });
    // However often a call is replayed, the invite that made it is followed, and by one waiter.
    if (result.replayed) {
      this.logger.log('an earlier invite was answered again', { callId: result.callId });
      return result;
    }
    this.logger.log('the phones ring', {
      callId: result.callId,
      zimRequestId: result.requestId,
      invited: result.invited.length,
      failed: result.failed.length,
    });
    void this.logOutcome(result.callId);
    return result;
  }

  accept(answer: CallAnswerInput): Promise<CallAnswerResult> {
    return this.calls.accept(answer);
  }

  reject(answer: CallAnswerInput): Promise<CallAnswerResult> {
    return this.calls.reject(answer);
  }

  /** @throws NotFoundException if neither this instance nor one that shares its Redis knows the call */
  async events(callId: string): Promise<Observable<CallEvent>> {
    if (!(await this.outcomes.isKnown(callId)))
      throw new NotFoundException(
        'nothing is known of this call; what is known is kept for 30 min',
      );
    return this.outcomes.events(callId);
  }

  private async logOutcome(callId: string): Promise<void> {
    try {
      const { result, acceptedBy } = await this.outcomes.outcome(callId);
      this.logger.log('the call is over or answered', { callId, result, acceptedBy });
    } catch (error) {
      const reason = isZimCallError(error) ? error.message : String(error);
      this.logger.log('nobody knows how the call went', { callId, reason });
    }
  }
}
