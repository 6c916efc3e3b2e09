import { Injectable, Logger, NotFoundException } from '@nestjs/common';
import {
  type CallInviteDto,
  type CallInviteResult,
  CallInviteService,
  CallOutcomeService,
  isZimCallError,
} from 'nestjs-zim-call';
import {
  type AnswerDto,
  type ReportDto,
  toWithdrawnUserDto,
  type WithdrawResultDto,
} from './calls.dto.js';

/** Add your own rules here: who may call whom, and what is recorded about it. */
@Injectable()
export class CallsService {
  private readonly logger = new Logger('Calls');

  constructor(
    private readonly calls: CallInviteService,
    private readonly outcomes: CallOutcomeService,
  ) {}

  /** Rings the phones. The outcome of the call is logged later, after the response. */
  async invite(invite: CallInviteDto, idempotencyKey?: string): Promise<CallInviteResult> {
    const result = await this.calls.invite(invite, { idempotencyKey });
    const { callId, requestId: zimRequestId, replayed } = result;
    if (replayed) {
      // The first invite has logged the call, and waits for its outcome.
      this.logger.log('replayed the result of an earlier invite', { callId });
      return result;
    }
    const [invited, failed] = [result.invited.length, result.failed.length];
    this.logger.log('phones ring', { callId, zimRequestId, invited, failed });
    void this.logOutcome(callId);
    return result;
  }

  accept(callId: string, { userId, extendedData }: AnswerDto) {
    return this.calls.accept({ callId, userId, extendedData });
  }

  reject(callId: string, { userId, extendedData }: AnswerDto) {
    return this.calls.reject({ callId, userId, extendedData });
  }

  /**
   * Withdraws these callees; without them, all whose phones ring as far as this backend knows.
   * @throws NotFoundException without callees, if neither this instance nor one that shares its Redis knows the call
   */
  async withdraw(callId: string, given?: readonly string[]): Promise<WithdrawResultDto> {
    const userIds = given ?? (await this.ringing(callId));
    if (userIds.length === 0) return { callId, users: [] };
    const { users } = await this.calls.withdraw({ callId, userIds });
    this.logger.log('phones withdrawn', { callId, results: users.map(({ result }) => result) });
    return { callId, users: users.map(toWithdrawnUserDto) };
  }

  /** Stores an answer that the callee's own client reports. */
  report(callId: string, { userId, type }: ReportDto): Promise<void> {
    return this.outcomes.record({ callId, userId, type });
  }

  /** @throws NotFoundException if neither this instance nor one that shares its Redis knows the call */
  async events(callId: string) {
    await this.refuseUnknown(callId);
    return this.outcomes.events(callId);
  }

  private async ringing(callId: string): Promise<readonly string[]> {
    await this.refuseUnknown(callId);
    const { callees } = await this.outcomes.progress(callId);
    return callees.filter(({ state }) => state === 'ringing').map(({ userId }) => userId);
  }

  private async refuseUnknown(callId: string): Promise<void> {
    if (await this.outcomes.isKnown(callId)) return;
    throw new NotFoundException('the call is unknown; calls are remembered for 30 min');
  }

  private async logOutcome(callId: string): Promise<void> {
    try {
      const { result, acceptedBy } = await this.outcomes.outcome(callId);
      this.logger.log('the call has been answered or has ended', { callId, result, acceptedBy });
    } catch (error) {
      const reason = isZimCallError(error) ? error.message : String(error);
      this.logger.log('the outcome of the call is unknown', { callId, reason });
    }
  }
}
