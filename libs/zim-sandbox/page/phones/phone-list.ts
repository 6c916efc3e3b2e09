import { type ConsoleUser } from '../../src/console/console-events.js';
import { noCards, type CallCard, type PhoneCards } from './call-cards.js';

/** How many phones the page shows at first, and how many each "Show more" adds. */
export const phonesPerPage = 24;
/** The search field appears above this number of phones. */
export const maxWithoutSearch = 8;

export interface Phone {
  readonly user: ConsoleUser;
  readonly cards: PhoneCards;
}

export interface PhoneQuery {
  /** A part of a user id or name; empty for all. */
  readonly search: string;
  readonly limit: number;
}

/** Returns the phones to show and how many more match. */
export function selectPhones(
  phones: readonly Phone[],
  { search, limit }: PhoneQuery,
): { readonly shown: readonly Phone[]; readonly more: number } {
  const found = phones.filter(({ user }) => matches(user, search));
  // Sort only a long list: there, a ringing phone could be hidden; in a short one, a phone should not move.
  const ordered =
    phones.length > phonesPerPage ? found.toSorted((a, b) => rank(a) - rank(b)) : found;
  return { shown: ordered.slice(0, limit), more: Math.max(ordered.length - limit, 0) };
}

/** Combines users with their calls, without ended calls that were dismissed. */
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

/** Returns whether the phone rings: it is online and a call has reached it. */
export function isRinging({ user, cards }: Phone): boolean {
  return (
    user.presence === 'online' &&
    cards.running.some((card) => card.role === 'callee' && card.callee.state === 'received')
  );
}

/** Running calls first, then calls that have just ended. */
function rank({ cards }: Phone): number {
  if (cards.running.length > 0) return 0;
  return cards.ended === undefined ? 2 : 1;
}

function matches({ userId, userName = '' }: ConsoleUser, search: string): boolean {
  const query = search.trim().toLowerCase();
  return [userId, userName].some((text) => text.toLowerCase().includes(query));
}
