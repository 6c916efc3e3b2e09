import { type SandboxCallee } from '../../src/calls/call-state.js';
import { type ConsoleCall } from '../../src/console/console-events.js';
import { type CallerEnd, endForCaller } from '../shared/call-end.js';

/** A call on a callee's phone. */
export interface IncomingCard {
  readonly role: 'callee';
  readonly call: ConsoleCall;
  readonly callee: SandboxCallee;
}

/** A call on its caller's phone. */
export interface OutgoingCard {
  readonly role: 'caller';
  readonly call: ConsoleCall;
}

export type CallCard = IncomingCard | OutgoingCard;

/** The calls on one phone. */
export interface PhoneCards {
  /** Calls that this user can still answer, and own calls that have not ended; oldest first. */
  readonly running: readonly CallCard[];
  /** The call that ended last for this user, until a newer one starts. */
  readonly ended?: CallCard;
}

export const noCards: PhoneCards = { running: [] };

/** Returns the calls of an app by user id. `calls` must be in the order of their creation. */
export function cardsByUser(
  calls: readonly ConsoleCall[],
  appId: number,
): ReadonlyMap<string, PhoneCards> {
  const cards = new Map<string, CallCard[]>();
  const add = (userId: string, card: CallCard): void => {
    const list = cards.get(userId);
    if (list === undefined) cards.set(userId, [card]);
    else list.push(card);
  };
  for (const call of calls) {
    if (call.appId !== appId) continue;
    add(call.caller, { role: 'caller', call });
    for (const callee of call.callees) add(callee.userId, { role: 'callee', call, callee });
  }
  return new Map([...cards].map(([userId, list]) => [userId, phoneCards(list)]));
}

/** Returns whether the callee can still answer. */
export function isPending({ state }: SandboxCallee): boolean {
  return state === 'inviting' || state === 'received';
}

/** Returns when the call ended for this user, in Unix milliseconds on the sandbox's clock; `undefined` while it runs. */
export function endedAt(card: CallCard): number | undefined {
  if (card.role === 'caller') return card.call.endedAt;
  return isPending(card.callee) ? undefined : card.callee.changedAt;
}

/** Returns the value of `data-state`: the state of the callee, or for the caller how the call ended. */
export function stateOf(card: CallCard): string {
  return card.role === 'callee' ? card.callee.state : (card.call.endReason ?? card.call.state);
}

/** Returns a key with the role in it, because a user who calls themselves has the same call twice. */
export function keyOf({ call, role }: CallCard): string {
  return `${call.callId} ${role}`;
}

/** How a call ended for the owner of the phone. */
export type CallEnd = CallerEnd | 'accepted';

/** Returns how the call ended for this user; `undefined` while it runs. */
export function endOf(card: CallCard): CallEnd | undefined {
  return card.role === 'callee' ? endForCallee(card.callee) : endForCaller(card.call);
}

function endForCallee({ state }: SandboxCallee): CallEnd | undefined {
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

function phoneCards(cards: readonly CallCard[]): PhoneCards {
  const running = cards.filter((card) => endedAt(card) === undefined);
  const ended = lastEndedCard(cards);
  return ended === undefined ? { running } : { running, ended };
}

function lastEndedCard(cards: readonly CallCard[]): CallCard | undefined {
  let last: { card: CallCard; index: number; at: number } | undefined;
  for (const [index, card] of cards.entries()) {
    const at = endedAt(card);
    if (at !== undefined && at >= (last?.at ?? -Infinity)) last = { card, index, at };
  }
  if (last === undefined) return undefined;
  const { card, index, at } = last;
  const hasNewer = cards.slice(index + 1).some(({ call }) => call.createdAt >= at);
  return hasNewer ? undefined : card;
}
