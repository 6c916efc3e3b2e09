import type { RequestOptions } from '../config/request-options.js';

/** What may have become of a callee by the callbacks of a call. */
export type ConfirmedAnswer = 'accepted' | 'rejected' | 'cancelled' | 'timed-out';

/** Finds out how a callee has answered, where the reply to the answer is missing. */
export interface AnswerConfirmations {
  /**
   * Waits at most so long, and looks in any case; without callbacks there is nothing to wait for.
   * @returns `undefined` if no callback tells
   */
  answerOf(
    callId: string,
    userId: string,
    limitMs: number,
    signal: RequestOptions['signal'],
  ): Promise<ConfirmedAnswer | undefined>;
}

/** The token of {@link AnswerConfirmations}. */
export const ANSWER_CONFIRMATIONS = Symbol('ANSWER_CONFIRMATIONS');
