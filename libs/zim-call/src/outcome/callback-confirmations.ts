import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { CallbackReceiver } from '../callbacks/callback-receiver.js';
import type { Deadline } from '../client/deadline.js';
import { OpenDeadlines } from '../client/open-deadlines.js';
import { ZIM_RUNTIME, type ZimRuntime } from '../client/runtime.js';
import type {
  InviteConfirmation,
  InviteConfirmations,
  UnconfirmedInvite,
} from '../invite/invite-confirmations.js';
import type { CallOptions } from '../options/call-options.js';
import { CALL_STORE, type CallStore, type StoredCallEvent } from './call-store.js';

/** Confirms invites by the `call_create` callbacks that carry their marks, on whatever instance they arrive. */
@Injectable()
export class CallbackConfirmations implements InviteConfirmations, BeforeApplicationShutdown {
  private readonly deadlines: OpenDeadlines;

  constructor(
    receiver: CallbackReceiver,
    @Inject(CALL_STORE) private readonly store: CallStore,
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
    signal: CallOptions['signal'],
  ): Promise<InviteConfirmation | undefined> {
    if (limitMs <= 0) return this.look(invite);
    return this.deadlines.run(limitMs, signal, (deadline) => this.wait(invite, deadline));
  }

  /** Whoever still waits hears now that nothing came: next, the HTTP server waits for its requests. */
  beforeApplicationShutdown(): void {
    this.deadlines.close();
  }

  private wait(
    invite: UnconfirmedInvite,
    deadline: Deadline,
  ): Promise<InviteConfirmation | undefined> {
    const key = keyOf(invite.correlationId);
    return new Promise((resolve) => {
      const finish = (confirmation?: InviteConfirmation) => {
        stopListening();
        leave();
        resolve(confirmation);
      };
      const look = async () => {
        const confirmation = await this.look(invite);
        if (confirmation !== undefined) finish(confirmation);
      };
      // A shared memory that was away when the callback came, has told nobody.
      const onStop = () => {
        if (deadline.stopped === 'aborted') finish();
        else void this.look(invite).then(finish);
      };
      const stopListening = this.store.onChange((changed) => {
        if (changed === undefined || changed === key) void look();
      });
      const leave = deadline.onStop(onStop);
      if (deadline.stopped !== undefined) onStop();
      else void look();
    });
  }

  private async look(invite: UnconfirmedInvite): Promise<InviteConfirmation | undefined> {
    try {
      const events = await this.store.load(keyOf(invite.correlationId));
      return events.map((event) => toConfirmation(event, invite)).find((one) => one !== undefined);
    } catch {
      // The invite's own error says more than that its memory failed.
      return undefined;
    }
  }
}

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
