import { type ConsoleCall } from '../../src/console/console-events.js';
import { type SandboxCallee } from '../../src/calls/call-state.js';

/** A call as the phone of a callee has it. */
export interface IncomingCard {
  readonly role: 'callee';
  readonly call: ConsoleCall;
  readonly callee: SandboxCallee;
}

/** A call as the phone of its caller has it. */
export interface OutgoingCard {
  readonly role: 'caller';
  readonly call: ConsoleCall;
}

export type CallCard = IncomingCard | OutgoingCard;

/** The calls on one phone. */
export interface PhoneCards {
  /** Those this user is still waited for in, and those this user waits in; oldest first. */
  readonly running: readonly CallCard[];
  /** The one that ended last for this user, until a newer one begins. */
  readonly ended?: CallCard;
}

export const noCards: PhoneCards = { running: [] };

/** The calls of an app by the user on whose phone they are. `calls` are in the order in which they were made. */
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

/** Whether the callee may still answer. */
export function isPending({ state }: SandboxCallee): boolean {
  return state === 'inviting' || state === 'received';
}

/** When it was over for this user, in Unix milliseconds on the sandbox's clock; `undefined` while it is not. */
export function endedAt(card: CallCard): number | undefined {
  if (card.role === 'caller') return card.call.endedAt;
  return isPending(card.callee) ? undefined : card.callee.changedAt;
}

/** What is handy for styles and tests: where the callee stands, or for the caller how it ended. */
export function stateOf(card: CallCard): string {
  return card.role === 'callee' ? card.callee.state : (card.call.endReason ?? card.call.state);
}

/** Somebody may call themselves: the same call is then on the phone twice. */
export function keyOf({ call, role }: CallCard): string {
  return `${call.callId} ${role}`;
}

function phoneCards(cards: readonly CallCard[]): PhoneCards {
  const running = cards.filter((card) => endedAt(card) === undefined);
  const ended = lastEnded(cards);
  return ended === undefined ? { running } : { running, ended };
}

function lastEnded(cards: readonly CallCard[]): CallCard | undefined {
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
