import { type ConsoleUser } from '../../src/console/console-events.js';

const hues = 360;

/** Returns one or two initials of the user name, or of the id if there is no name. */
export function initialsOf({ userId, userName = '' }: Pick<ConsoleUser, 'userId' | 'userName'>) {
  const words = wordsOf(userName);
  const [first = '', second = ''] = words.length > 0 ? words : wordsOf(userId);
  const initials = (firstLetter(first) + firstLetter(second)).toLocaleUpperCase();
  return initials === '' ? '?' : initials;
}

/** Returns a hue in degrees that depends only on the user id. */
export function hueOf(userId: string): number {
  let sum = 0;
  for (const character of userId) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_521;
  // Spreads similar ids such as user1 and user2.
  return (sum * 137) % hues;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu) ?? [];
}

function firstLetter(word: string): string {
  return /^.\p{M}*/u.exec(word)?.[0] ?? '';
}
