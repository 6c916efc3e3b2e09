import { Inject, Injectable } from '@nestjs/common';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import { ZimCallStateError } from '../errors/errors.js';
import { isZimCallError, type ZimCallError } from '../errors/zim-call-error.js';
import type { RequestOptions } from '../config/request-options.js';
import {
  RESOLVED_ZIM_CALL_OPTIONS,
  type ResolvedZimCallOptions,
} from '../config/zim-call-options.js';
import {
  ANSWER_CONFIRMATIONS,
  type AnswerConfirmations,
  type ConfirmedAnswer,
} from './answer-confirmations.js';
import type { CallAnswerInput, CallAnswerResult } from './call-answer.dto.js';

const callEnded = 660900005;
const defaultWindowMs = 3_000;

/**
 * Sends answers. Of one that was repeated after a lost reply and is told that the call has ended, callbacks decide
 * whether it was the answer itself that ended the call.
 */
@Injectable()
export class RepeatedAnswers {
  constructor(
    @Inject(RESOLVED_ZIM_CALL_OPTIONS) private readonly options: ResolvedZimCallOptions,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
    @Inject(ANSWER_CONFIRMATIONS) private readonly confirmations: AnswerConfirmations,
  ) {}

  /** @throws ZimCallError as `send`, or ZimCallStateError if callbacks say that the answer came to nothing */
  async send(
    { callId, userId }: CallAnswerInput,
    wanted: ConfirmedAnswer,
    options: RequestOptions,
    send: () => Promise<CallAnswerResult>,
  ): Promise<CallAnswerResult> {
    const endsAtMs = this.runtime.monotonicMs() + (options.deadlineMs ?? this.options.deadlineMs);
    try {
      return await send();
    } catch (error) {
      if (!isZimCallError(error) || !mayHaveEndedTheCall(error)) throw error;
      const windowMs = this.options.correlation?.windowMs ?? defaultWindowMs;
      const limitMs = Math.min(windowMs, endsAtMs - this.runtime.monotonicMs());
      const { signal } = options;
      const confirmed = await this.confirmations.answerOf(callId, userId, limitMs, signal);
      const requestId = error.requestId ?? '';
      if (confirmed === wanted) return { requestId, confirmedBy: 'callback' };
      if (confirmed !== undefined) throw cameToNothing(error, confirmed);
      if (this.options.endedAfterLostAnswer === 'unknown') throw error;
      return { requestId, confirmedBy: 'assumption' };
    }
  }
}

/** Only after a reply that was lost is a clear code `unknown`. */
function mayHaveEndedTheCall({ outcome, vendorCode }: ZimCallError): boolean {
  return outcome === 'unknown' && vendorCode === callEnded;
}

function cameToNothing(error: ZimCallError, confirmed: ConfirmedAnswer): ZimCallStateError {
  const { action, attempts, requestId, vendorCode, advice, message } = error;
  return new ZimCallStateError(`${message}; by its callbacks the callee was ${confirmed}`, {
    ...{ action, attempts, requestId, vendorCode, advice },
    outcome: 'rejected',
  });
}
