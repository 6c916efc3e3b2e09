import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import {
  type CallEvent,
  type CallInviteInput,
  CallInviteService,
  CallOutcomeService,
  getCallInviteServiceToken,
  getCallOutcomeServiceToken,
  getZimRateLimitToken,
  isZimCallError,
  ZimConfigError,
  ZimRateLimit,
  type WithdrawnUser,
} from 'nestjs-zim-call';
import { map, type Observable } from 'rxjs';
import { DISPATCH_OPTIONS, type ZimDispatchOptions } from '../plan/dispatch-options.js';
import type { RingPolicy } from '../plan/ring-plan.js';
import { requestDeadlineMs } from '../plan/timing.js';
import type {
  AnswerReport,
  InviteReport,
  RingingCalls,
  WithdrawalReport,
} from './ringing-calls.js';

interface Services {
  readonly invites: CallInviteService;
  readonly outcomes: CallOutcomeService;
  readonly rateLimit: ZimRateLimit;
}

// A repeated invite could ring phones in a call of which nothing is known.
const inviteOptions = { deadlineMs: requestDeadlineMs, onUnknown: 'throw' } as const;

/** Makes the calls of plans by the services of a ZimCallModule, wherever the application imports it. */
@Injectable()
export class ZimRingingCalls implements RingingCalls, OnModuleInit {
  private found?: Services;

  constructor(
    private readonly modules: ModuleRef,
    @Inject(DISPATCH_OPTIONS) private readonly options: ZimDispatchOptions,
  ) {}

  /** @throws ZimConfigError if no ZimCallModule of that name is imported */
  onModuleInit(): void {
    this.found = this.findServices();
  }

  get sources(): Pick<RingPolicy, 'callbacks' | 'clientReports'> {
    return this.services.outcomes.sources;
  }

  get sharesKeys(): boolean {
    return this.services.rateLimit.figures().state !== 'local';
  }

  async invite(invite: CallInviteInput, idempotencyKey: string): Promise<InviteReport> {
    try {
      const options = { ...inviteOptions, idempotencyKey };
      const { callId, failed, confirmedBy } = await this.services.invites.invite(invite, options);
      const failedIds = new Set(failed.map(({ userId }) => userId));
      const userIds = invite.userIds.filter((userId) => !failedIds.has(userId));
      return { type: 'ringing', callId, userIds, failed, confirmedBy };
    } catch (error) {
      return toReport(error);
    }
  }

  async withdraw(callId: string, userIds: readonly string[]): Promise<readonly WithdrawalReport[]> {
    try {
      const options = { deadlineMs: requestDeadlineMs };
      const { users } = await this.services.invites.withdraw({ callId, userIds }, options);
      return users.map(toWithdrawalReport);
    } catch {
      return userIds.map((userId) => ({ userId, result: 'failed' }));
    }
  }

  watch(callId: string): Observable<readonly AnswerReport[]> {
    return this.services.outcomes.events(callId).pipe(map(toAnswers));
  }

  async find(correlationId: string): Promise<string | undefined> {
    if (!this.sources.callbacks) return undefined;
    return this.services.outcomes.callOf(correlationId).catch(() => undefined);
  }

  private get services(): Services {
    this.found ??= this.findServices();
    return this.found;
  }

  private findServices(): Services {
    return {
      invites: this.get(getCallInviteServiceToken(this.options.zimCallName), CallInviteService),
      outcomes: this.get(getCallOutcomeServiceToken(this.options.zimCallName), CallOutcomeService),
      rateLimit: this.get(getZimRateLimitToken(this.options.zimCallName), ZimRateLimit),
    };
  }

  private get<T>(
    token: Parameters<ModuleRef['get']>[0],
    type: abstract new (...args: never[]) => T,
  ): T {
    const service: unknown = tryTo(() => this.modules.get<unknown>(token, { strict: false }));
    if (service instanceof type) return service;
    const { zimCallName } = this.options;
    const named = zimCallName === undefined ? '' : ` with the name ${zimCallName}`;
    throw new ZimConfigError(
      `ZimDispatchModule needs a ZimCallModule${named}: import ZimCallModule.forRoot() in the application`,
    );
  }
}

function tryTo<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function toReport(error: unknown): InviteReport {
  if (!isZimCallError(error)) {
    return { type: 'unclear', reason: 'the invite failed with an unexpected error' };
  }
  const { message: reason, outcome, kind, errorUsers: failed = [], retryAfterMs = 0 } = error;
  if (outcome === 'unknown') {
    const { correlationId } = error;
    return { type: 'unclear', reason, ...(correlationId !== undefined && { correlationId }) };
  }
  const isFinal = outcome === 'rejected' || kind === 'invalid-request' || kind === 'idempotency';
  return { type: 'not-rung', outcome, reason, failed, ...(!isFinal && { retryAfterMs }) };
}

/** ZIM cannot read the call: that says nothing of its callees. */
const callUnreadable = 660900004;

function toWithdrawalReport(user: WithdrawnUser): WithdrawalReport {
  const { userId, result } = user;
  const isUnreadable = result === 'not-invited' && user.vendorCode === callUnreadable;
  return { userId, result: isUnreadable ? 'failed' : result };
}

function toAnswers({ type, userIds, reason, reportedBy }: CallEvent): readonly AnswerReport[] {
  switch (type) {
    case 'accepted':
    case 'rejected':
      return userIds.map((userId) => ({
        ...{ userId, state: type, reportedBy: reportedBy ?? 'callback' },
      }));
    case 'timed-out':
      return userIds.map((userId) => ({ userId, state: 'timed-out', reportedBy: 'callback' }));
    case 'cancelled': {
      const state = reason === 'timeout_cancel' ? 'timed-out' : 'cancelled';
      return userIds.map((userId) => ({ userId, state, reportedBy: 'callback' }));
    }
    case 'withdrawn':
      return userIds.map((userId) => ({ userId, state: 'withdrawn', reportedBy: 'withdrawal' }));
    default:
      return [];
  }
}
