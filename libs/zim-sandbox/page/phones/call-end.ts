import { type CallCard } from './call-cards.js';

/** How a call came out for the one whose phone it is. */
export type CallEnd = 'accepted' | 'answered' | 'declined' | 'timedOut' | 'cancelled';

/** How it ended, or `undefined` while it has not ended for this user. */
export function callEnd(card: CallCard): CallEnd | undefined {
  return card.role === 'callee' ? endOfCallee(card.callee.state) : endOfCaller(card.call);
}

function endOfCallee(
  state: (CallCard & { readonly role: 'callee' })['callee']['state'],
): CallEnd | undefined {
  switch (state) {
    case 'inviting':
    case 'received':
      return undefined;
    case 'accepted':
      return 'accepted';
    case 'rejected':
      return 'declined';
    case 'timed-out':
      return 'timedOut';
    case 'cancelled':
      return 'cancelled';
  }
}

/** For the caller one who accepts is enough, whatever the others did. */
function endOfCaller({ endReason, callees }: CallCard['call']): CallEnd | undefined {
  switch (endReason) {
    case undefined:
      return undefined;
    case 'caller_cancel':
      return 'cancelled';
    case 'answered':
    case 'timeout':
    case 'timeout_cancel':
      if (callees.some(({ state }) => state === 'accepted')) return 'answered';
      return endReason === 'answered' ? 'declined' : 'timedOut';
  }
}
