import type { CallInviteInput, ZimUserFailure } from 'nestjs-zim-call';
import type { Observable } from 'rxjs';
import type { RingEvents, WithdrawnState } from '../plan/ring-event.js';
import type { RingPolicy } from '../plan/ring-plan.js';

/** The result of an invite, whatever it is. */
export type InviteReport =
  | {
      readonly type: 'ringing';
      readonly callId: string;
      /** All callees of the invite but those who failed: a phone that is offline may ring by push. */
      readonly userIds: readonly string[];
      readonly failed: readonly ZimUserFailure[];
      readonly confirmedBy: 'reply' | 'callback';
    }
  | (Pick<RingEvents['not-rung'], 'type' | 'outcome' | 'reason' | 'failed'> & {
      /** Present if the same invite may succeed later: when, in milliseconds from now, or 0. */
      readonly retryAfterMs?: number;
    })
  | Pick<RingEvents['unclear'], 'type' | 'reason' | 'correlationId'>;

/** What a withdrawal found for a callee. */
export interface WithdrawalReport {
  readonly userId: string;
  readonly result: WithdrawnState;
}

/** What is reported of a callee. */
export type AnswerReport = Pick<RingEvents['answer'], 'userId' | 'state' | 'reportedBy'>;

/** The calls of a plan, as far as it needs them. No method rejects but `watch`, which may fail. */
export interface RingingCalls {
  /** What reports answers here. */
  readonly sources: Pick<RingPolicy, 'callbacks' | 'clientReports'>;
  /** Whether idempotency keys are known to all instances. */
  readonly sharesKeys: boolean;
  invite(invite: CallInviteInput, idempotencyKey: string): Promise<InviteReport>;
  /** Stops these phones ringing. May be repeated. */
  withdraw(callId: string, userIds: readonly string[]): Promise<readonly WithdrawalReport[]>;
  /** Emits all that was and is reported of a call. */
  watch(callId: string): Observable<readonly AnswerReport[]>;
  /** Returns the call that an invite with an unknown outcome became, if a callback has reported it. */
  find(correlationId: string): Promise<string | undefined>;
}

export const RINGING_CALLS = Symbol('RINGING_CALLS');
