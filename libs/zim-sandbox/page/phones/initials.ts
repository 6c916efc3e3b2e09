import { type ConsoleUser } from '../../src/console/console-events.js';

const hues = 360;

/** One or two signs that stand for a user: of the name, or else of the id. */
export function initialsOf({ userId, userName = '' }: Pick<ConsoleUser, 'userId' | 'userName'>) {
  const words = wordsOf(userName);
  const [first = '', second = ''] = words.length > 0 ? words : wordsOf(userId);
  const signs = (firstSign(first) + firstSign(second)).toLocaleUpperCase();
  return signs === '' ? '?' : signs;
}

/** A hue in degrees that is always the same for the same user. */
export function hueOf(userId: string): number {
  let sum = 0;
  for (const sign of userId) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) % 65_521;
  // Neighbours such as user1 and user2 come out far from each other.
  return (sum * 137) % hues;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*/gu) ?? [];
}

function firstSign(word: string): string {
  return /^.\p{M}*/u.exec(word)?.[0] ?? '';
}
