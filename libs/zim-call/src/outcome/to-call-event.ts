import type { AnyZimEvent } from '../callbacks/events.js';
import type { CallEvent } from '../stores/call-event-store.js';

/** What a callback tells about its call, or `undefined` if it is about none. */
export function toCallEvent(
  event: AnyZimEvent,
): { readonly callId: string; readonly event: CallEvent } | undefined {
  const about = (content: Omit<CallEvent, 'at'>) => ({
    callId: 'callId' in event ? event.callId : '',
    event: { ...content, at: event.sentAt },
  });
  switch (event.event) {
    case 'call_create':
      return about({
        type: 'created',
        userIds: event.userIds,
        timeoutSeconds: event.timeoutSeconds,
      });
    case 'call_accept':
      return about({ type: 'accepted', userIds: [event.userId], extendedData: event.extendedData });
    case 'call_reject':
      return about({ type: 'rejected', userIds: [event.userId], extendedData: event.extendedData });
    case 'call_timeout':
      return about({ type: 'timed-out', userIds: event.userIds });
    case 'call_cancel':
      return about({ type: 'cancelled', userIds: event.userIds, reason: event.reason });
    default:
      return undefined;
  }
}
