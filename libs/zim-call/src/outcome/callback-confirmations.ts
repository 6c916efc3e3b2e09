import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CallbackReceiver } from '../callbacks/callback-receiver.js';
import type { Deadline } from '../time/deadline.js';
import { OpenDeadlines } from '../time/deadline.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../time/runtime.js';
import type { AnswerConfirmations, ConfirmedAnswer } from '../invite/answer-confirmations.js';
import type {
  InviteConfirmation,
  InviteConfirmations,
  UnconfirmedInvite,
} from '../invite/invite-confirmations.js';
import type { RequestOptions } from '../config/request-options.js';
import {
  CALL_EVENT_STORE,
  type CallEventStore,
  type StoredCallEvent,
} from '../stores/call-event-store.js';
import { reduceCall } from './reduce-call.js';

/**
 * Confirms invites by the `call_create` callbacks that carry their marks, and answers by what callbacks say of the
 * callee, on whatever instance they arrive.
 */
@Injectable()
export class CallbackConfirmations
  implements InviteConfirmations, AnswerConfirmations, BeforeApplicationShutdown
{
  private readonly deadlines: OpenDeadlines;

  constructor(
    private readonly receiver: CallbackReceiver,
    @Inject(CALL_EVENT_STORE) private readonly store: CallEventStore,
    @Inject(ZIM_RUNTIME) runtime: ZimRuntime,
  ) {
    this.deadlines = new OpenDeadlines(runtime);
    receiver.onEvent(async (event) => {
      if (event.event !== 'call_create' || event.correlationId === undefined) return;
      const { callId, caller, userIds, createdAt, sentAt } = event;
      const stored = { type: 'created', callId, caller, userIds, at: createdAt ?? sentAt } as const;
      await store.append(keyOf(event.correlationId), stored);
    });
  }

  async confirm(
    invite: UnconfirmedInvite,
    limitMs: number,
    signal: RequestOptions['signal'],
  ): Promise<InviteConfirmation | undefined> {
    const key = keyOf(invite.correlationId);
    return this.find(key, limitMs, signal, (events) =>
      events.map((event) => toConfirmation(event, invite)).find((one) => one !== undefined),
    );
  }

  async answerOf(
    callId: string,
    userId: string,
    limitMs: number,
    signal: RequestOptions['signal'],
  ): Promise<ConfirmedAnswer | undefined> {
    if (this.receiver.path === undefined) return undefined;
    return this.find(callId, limitMs, signal, (events) => {
      const callee = reduceCall(events).callees.find((callee) => callee.userId === userId);
      return confirmedAnswers.find((answer) => answer === callee?.state);
    });
  }

  /** Whoever still waits hears now that nothing came: next, the HTTP server waits for its requests. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  /** Looks at once, and with each change, until something is found; at the end of its time it looks once more. */
  private async find<T>(
    key: string,
    limitMs: number,
    signal: RequestOptions['signal'],
    read: (events: readonly StoredCallEvent[]) => T | undefined,
  ): Promise<T | undefined> {
    const look = async () => {
      // The call's own error says more than that its store failed.
      const events = await this.store.load(key).catch(() => []);
      return read(events);
    };
    if (limitMs <= 0) return look();
    return this.deadlines.run(limitMs, signal, (deadline) => this.wait(key, deadline, look));
  }

  private wait<T>(
    key: string,
    deadline: Deadline,
    look: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return new Promise((resolve) => {
      const finish = (found?: T) => {
        stopListening();
        leave();
        resolve(found);
      };
      const lookAgain = async () => {
        const found = await look();
        if (found !== undefined) finish(found);
      };
      // While a shared store was unavailable, changes were not reported.
      const onStop = () => {
        if (deadline.stopped === 'aborted') finish();
        else void look().then(finish);
      };
      const stopListening = this.store.onChange((changed) => {
        if (changed === undefined || changed === key) void lookAgain();
      });
      const leave = deadline.onStop(onStop);
      if (deadline.stopped !== undefined) onStop();
      else void lookAgain();
    });
  }
}

const confirmedAnswers: readonly ConfirmedAnswer[] = [
  'accepted',
  'rejected',
  'cancelled',
  'timed-out',
];

/** Longer than any id of a call, so it is the key of none. */
function keyOf(correlationId: string): string {
  return `invite with correlation id ${correlationId}`;
}

/**
 * Callees see the mark and could send it in a call of their own. So an event counts only if it names the
 * invite's caller, where it names one, and somebody whom the invite asked for.
 */
function toConfirmation(
  { callId, caller, userIds, at }: StoredCallEvent,
  invite: UnconfirmedInvite,
): InviteConfirmation | undefined {
  const named = new Set(userIds);
  const invited = invite.userIds.filter((userId) => named.has(userId));
  const isOther = caller !== undefined && caller !== invite.fromUserId;
  if (callId === undefined || isOther || invited.length === 0) return undefined;
  return { callId, createdAt: at, invited };
}
