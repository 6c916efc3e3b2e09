import { type CallEvent, type CallEventStore, correlationKey } from '../stores/call-event-store.js';
import type { AnyZimEvent } from './events.js';

/** Stores what a callback reports about a call; a `call_create` with a correlation id also under that id. */
export async function recordEvent(store: CallEventStore, event: AnyZimEvent): Promise<void> {
  const content = toCallEvent(event);
  if (content === undefined || !('callId' in event)) return;
  await store.append(event.callId, { ...content, at: event.sentAt });
  if (event.event !== 'call_create' || event.correlationId === undefined) return;
  const { correlationId, callId, caller, userIds, createdAt, sentAt } = event;
  const created = { type: 'created', callId, caller, userIds, at: createdAt ?? sentAt } as const;
  await store.append(correlationKey(correlationId), created);
}

/** Reads what an event reports about its call; `undefined` if it is not about the state of one. */
function toCallEvent(event: AnyZimEvent): Omit<CallEvent, 'at'> | undefined {
  switch (event.event) {
    case 'call_create': {
      const { userIds, timeoutSeconds } = event;
      return { type: 'created', userIds, timeoutSeconds };
    }
    case 'call_accept':
      return { type: 'accepted', userIds: [event.userId], extendedData: event.extendedData };
    case 'call_reject':
      return { type: 'rejected', userIds: [event.userId], extendedData: event.extendedData };
    case 'call_timeout':
      return { type: 'timed-out', userIds: event.userIds };
    case 'call_cancel':
      return { type: 'cancelled', userIds: event.userIds, reason: event.reason };
    default:
      return undefined;
  }
}
