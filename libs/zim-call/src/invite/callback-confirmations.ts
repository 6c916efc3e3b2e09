import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { RESOLVED_OPTIONS, type ResolvedOptions } from '../config/zim-call-options.js';
import { isZimCallError, type ZimCallError, ZimCallStateError } from '../errors/errors.js';
import {
  CALL_EVENT_STORE,
  type CallEventStore,
  correlationKey,
  followCall,
  type StoredCallEvent,
} from '../stores/call-event-store.js';
import { type CallLimit, OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import type { CallAnswerInput, CallAnswerResult } from './call-answer.dto.js';
import type { CallInviteDto } from './call-invite.dto.js';
import type { CallInviteResult } from './call-invite.wire.js';

const callEnded = 660900005;
const defaultWindowMs = 3_000;

/** Finds out from ZIM's callbacks what a call has done whose reply was lost. */
@Injectable()
export class CallbackConfirmations implements BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;

  constructor(
    @Inject(RESOLVED_OPTIONS) private readonly options: ResolvedOptions,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    @Inject(ZIM_RUNTIME) private readonly runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
  }

  /**
   * Returns the result of an invite that failed with the outcome `unknown`, if a `call_create` with its correlation id
   * arrives.
   * @throws the invite's error; if its outcome is `unknown`, with the `correlationId`
   */
  async confirmInvite(
    error: unknown,
    invite: CallInviteDto,
    correlationId: string | undefined,
    limit: CallLimit,
  ): Promise<CallInviteResult> {
    const isUnknown = isZimCallError(error) && error.outcome === 'unknown';
    if (correlationId === undefined || !isUnknown) throw error;
    const created = await this.find(correlationKey(correlationId), limit, (events) =>
      events.map((event) => readCreated(event, invite)).find((call) => call !== undefined),
    );
    if (created === undefined) throw Object.assign(error, { correlationId });
    return {
      ...created,
      createdAtFrom: 'zim',
      requestId: error.requestId ?? '',
      failed: [],
      confirmedBy: 'callback',
    };
  }

  /**
   * Returns the result of an answer that was repeated after a lost reply, and then failed because the call has ended:
   * the answer itself may have ended it.
   * @throws the answer's error, or ZimCallStateError if callbacks report another end of the call
   */
  async confirmAnswer(
    error: unknown,
    { callId, userId }: CallAnswerInput,
    wanted: 'accepted' | 'rejected',
    limit: CallLimit,
  ): Promise<CallAnswerResult> {
    // Only after a lost reply does a code with a clear meaning leave the outcome `unknown`.
    const isUnknown = isZimCallError(error) && error.outcome === 'unknown';
    if (!isUnknown || error.vendorCode !== callEnded) throw error;
    const { callbacks, endedAfterLostAnswer } = this.options;
    const end = callbacks && (await this.find(callId, limit, (events) => endOf(userId, events)));
    const requestId = error.requestId ?? '';
    if (end?.type === wanted) return { requestId, confirmedBy: 'callback' };
    if (end !== undefined) throw withoutEffect(error, end);
    if (endedAfterLostAnswer === 'unknown') throw error;
    return { requestId, confirmedBy: 'assumption' };
  }

  /** Ends all waits before Nest's HTTP server waits for the requests that depend on them. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  /** Reads the events under a key, at least once, until `read` finds something or the window ends. */
  private find<T>(
    key: string,
    { endsAtMs, signal }: CallLimit,
    read: (events: readonly StoredCallEvent[]) => T | undefined,
  ): Promise<T | undefined> {
    const windowMs = this.options.correlation?.windowMs ?? defaultWindowMs;
    const limitMs = Math.min(windowMs, endsAtMs - this.runtime.monotonicMs());
    const store: Pick<CallEventStore, 'load' | 'onChange'> = {
      onChange: (listener) => this.store.onChange(listener),
      // The error of the call says more than an error of the store.
      load: (key) => this.store.load(key).catch(() => []),
    };
    return this.deadlines.run(Math.max(0, limitMs), signal, async (deadline) => {
      for await (const events of followCall(store, key, deadline)) {
        const found = read(events);
        if (found !== undefined) return found;
      }
      return undefined;
    });
  }
}

/**
 * Reads what a `call_create` confirms of an invite. Callees see the correlation id and could send it in calls of their
 * own, so the event must name the invite's caller, if it names one, and at least one of its callees.
 */
function readCreated(
  { callId, caller, userIds, at }: StoredCallEvent,
  invite: CallInviteDto,
): Pick<CallInviteResult, 'callId' | 'createdAt' | 'invited'> | undefined {
  const named = new Set(userIds);
  const invited = invite.userIds.filter((userId) => named.has(userId));
  const isOther = caller !== undefined && caller !== invite.fromUserId;
  if (callId === undefined || isOther || invited.length === 0) return undefined;
  return { callId, createdAt: at, invited };
}

/** How the call ended for a callee. An answer counts before the end of the whole call. */
function endOf(userId: string, events: readonly StoredCallEvent[]): StoredCallEvent | undefined {
  const own = events.filter(
    ({ userIds, reportedBy }) => userIds.includes(userId) && reportedBy === undefined,
  );
  return (['accepted', 'rejected', 'cancelled', 'timed-out'] as const)
    .map((type) => own.find((event) => event.type === type))
    .find((event) => event !== undefined);
}

function withoutEffect(
  error: ZimCallError,
  { type, reason = '' }: StoredCallEvent,
): ZimCallStateError {
  const { action, attempts, requestId, vendorCode, advice, message } = error;
  const details = { action, attempts, requestId, vendorCode, advice, outcome: 'rejected' } as const;
  const report = `callbacks report for this callee: ${type} ${reason}`;
  return new ZimCallStateError(`${message}; ${report.trimEnd()}`, details);
}
