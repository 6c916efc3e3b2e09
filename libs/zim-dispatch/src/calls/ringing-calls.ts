import { Injectable, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  type CallEvent,
  type CallInviteInput,
  type CallInviteService,
  type CallOutcomeService,
  getCallInviteServiceToken,
  getCallOutcomeServiceToken,
  getZimRateLimitToken,
  isZimCallError,
  ZimConfigError,
  type ZimRateLimit,
} from 'nestjs-zim-call';
import { map, NEVER, type Observable } from 'rxjs';
import { ZimDispatchOptions } from '../plan/dispatch-options.js';
import type { RingAttempt, RingEventFields } from '../plan/ring-event.js';
import type { RingPolicy } from '../plan/ring-plan.js';

type Report<T extends 'ringing' | 'not-rung' | 'unclear'> = { readonly type: T } & Omit<
  RingEventFields[T],
  keyof RingAttempt
>;
/** The result of an invite. `not-rung` with `retryAfterMs`: the same invite may succeed then, or from now on if 0. */
export type InviteReport = Report<'ringing'> | Report<'not-rung'> | Report<'unclear'>;
export type WithdrawalReport = RingEventFields['withdrawn']['users'][number];
export type AnswerReport = Pick<RingEventFields['answer'], 'userId' | 'state' | 'reportedBy'>;

/** ZIM cannot read the call: that says nothing of its callees. */
const callUnreadable = 660900004;

/** Makes the calls of plans by the services of a ZimCallModule, wherever the application imports it. */
@Injectable()
export class RingingCalls {
  constructor(
    private readonly modules: ModuleRef,
    private readonly options: ZimDispatchOptions,
  ) {}

  /** What reports answers here. */
  get sources(): Pick<RingPolicy, 'callbacks' | 'clientReports'> {
    return this.outcomes.sources;
  }

  /** Whether idempotency keys are known to all instances. */
  get sharesKeys(): boolean {
    const token = getZimRateLimitToken(this.options.zimCallName);
    return this.find<ZimRateLimit>(token).figures().state !== 'local';
  }

  /** Never rejects. */
  async invite(
    invite: CallInviteInput,
    idempotencyKey: string,
    deadlineMs: number,
  ): Promise<InviteReport> {
    try {
      // A repeated invite could ring phones in a call of which nothing is known.
      const options = { onUnknown: 'throw', idempotencyKey, deadlineMs } as const;
      const { callId, failed, confirmedBy } = await this.invites.invite(invite, options);
      const failedIds = new Set(failed.map(({ userId }) => userId));
      // Also those who are offline: their phones may ring by push.
      const userIds = invite.userIds.filter((userId) => !failedIds.has(userId));
      return { type: 'ringing', callId, userIds, failed, confirmedBy };
    } catch (error) {
      return toReport(error);
    }
  }

  /** Stops these phones ringing. May be repeated. Never rejects. */
  async withdraw(
    callId: string,
    userIds: readonly string[],
    deadlineMs: number,
  ): Promise<readonly WithdrawalReport[]> {
    try {
      const { users } = await this.invites.withdraw({ callId, userIds }, { deadlineMs });
      return users.map((user) => {
        const isUnreadable = 'vendorCode' in user && user.vendorCode === callUnreadable;
        return { userId: user.userId, result: isUnreadable ? 'failed' : user.result };
      });
    } catch {
      return userIds.map((userId) => ({ userId, result: 'failed' }));
    }
  }

  /** Emits all that was and is reported of a call; nothing if nothing reports. */
  watch(callId: string): Observable<readonly AnswerReport[]> {
    const { callbacks, clientReports } = this.sources;
    if (!callbacks && !clientReports) return NEVER;
    return this.outcomes.events(callId).pipe(map(toAnswers));
  }

  /** Returns the call that an invite without a known outcome became, if a callback has reported it. */
  async callOf(idempotencyKey: string): Promise<string | undefined> {
    if (!this.sources.callbacks) return undefined;
    return this.outcomes.callOf({ idempotencyKey }).catch(() => undefined);
  }

  private get invites(): CallInviteService {
    return this.find(getCallInviteServiceToken(this.options.zimCallName));
  }

  private get outcomes(): CallOutcomeService {
    return this.find(getCallOutcomeServiceToken(this.options.zimCallName));
  }

  private find<T>(token: Type<T> | string): T {
    try {
      return this.modules.get<T>(token, { strict: false });
    } catch {
      const { zimCallName } = this.options;
      const named = zimCallName === undefined ? '' : ` with the name ${zimCallName}`;
      throw new ZimConfigError(
        `ZimDispatchModule needs a ZimCallModule${named}: import ZimCallModule.forRoot() in the application`,
      );
    }
  }
}

function toReport(error: unknown): InviteReport {
  if (!isZimCallError(error)) {
    return { type: 'unclear', reason: 'the invite failed with an unexpected error' };
  }
  const { message: reason, outcome, kind, errorUsers: failed = [], retryAfterMs = 0 } = error;
  if (outcome === 'unknown') return { type: 'unclear', reason };
  const isFinal = outcome === 'rejected' || kind === 'invalid-request' || kind === 'idempotency';
  return { type: 'not-rung', outcome, reason, failed, ...(!isFinal && { retryAfterMs }) };
}

function toAnswers({ type, userIds, reason, reportedBy }: CallEvent): readonly AnswerReport[] {
  if (!isAnswer(type)) return [];
  const state = reason === 'timeout_cancel' ? 'timed-out' : type;
  const source = type === 'withdrawn' ? 'withdrawal' : (reportedBy ?? 'callback');
  return userIds.map((userId) => ({ userId, state, reportedBy: source }));
}

function isAnswer(type: CallEvent['type']): type is CallEvent['type'] & AnswerReport['state'] {
  return ['accepted', 'rejected', 'timed-out', 'cancelled', 'withdrawn'].includes(type);
}
