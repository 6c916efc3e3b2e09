import { endOfCall, type CallerEnd } from '../widgets/call-end.js';
import { type CallCard } from './call-cards.js';

/** How a call came out for the one whose phone it is. */
export type CallEnd = CallerEnd | 'accepted';

/** How it ended, or `undefined` while it has not ended for this user. */
export function callEnd(card: CallCard): CallEnd | undefined {
  return card.role === 'callee' ? endOfCallee(card.callee.state) : endOfCall(card.call);
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
