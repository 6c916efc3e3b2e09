import { type ConsoleUser } from '../../src/console/console-events.js';
import { noCards, type CallCard, type PhoneCards } from './call-cards.js';

/** How many phones are shown at first, and with each "more". */
export const phonesAtOnce = 24;
/** Up to so many phones nobody needs to search. */
export const mostWithoutSearch = 8;

export interface Phone {
  readonly user: ConsoleUser;
  readonly cards: PhoneCards;
}

export interface PhoneWish {
  /** A part of an id or name; nothing for all. */
  readonly search: string;
  readonly limit: number;
}

/** The phones to show, and how many more there would be. */
export function choosePhones(
  phones: readonly Phone[],
  { search, limit }: PhoneWish,
): { readonly shown: readonly Phone[]; readonly more: number } {
  const found = phones.filter(({ user }) => matches(user, search));
  // A phone that jumps is hard to press, but one that rings unseen is worse.
  const ordered =
    phones.length > phonesAtOnce ? found.toSorted((a, b) => rank(a) - rank(b)) : found;
  return { shown: ordered.slice(0, limit), more: Math.max(ordered.length - limit, 0) };
}

/** Each user with the calls on the phone, without those that were put away. */
export function phonesOf(
  users: readonly ConsoleUser[],
  cards: ReadonlyMap<string, PhoneCards>,
  isDismissed: (userId: string, card: CallCard) => boolean,
): Phone[] {
  return users.map((user) => {
    const { running, ended } = cards.get(user.userId) ?? noCards;
    return ended === undefined || isDismissed(user.userId, ended)
      ? { user, cards: { running } }
      : { user, cards: { running, ended } };
  });
}

/** Whether the phone makes itself heard: a call has reached it, and it is connected. */
export function isRinging({ user, cards }: Phone): boolean {
  return (
    user.presence === 'online' &&
    cards.running.some((card) => card.role === 'callee' && card.callee.state === 'received')
  );
}

/** What has just ended stays in sight behind what runs. */
function rank({ cards }: Phone): number {
  if (cards.running.length > 0) return 0;
  return cards.ended === undefined ? 2 : 1;
}

function matches({ userId, userName = '' }: ConsoleUser, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [userId, userName].some((text) => text.toLowerCase().includes(wanted));
}
