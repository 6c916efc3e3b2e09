import { type JournalEntry } from '../../src/core/journal.js';
import { indexFrom } from './by-id.js';
import { passOf, type RequestFilter } from './request-filter.js';

/** What passes a filter, as far as it has been looked for. */
export interface Sifted {
  readonly list: readonly JournalEntry[];
  readonly filter: RequestFilter;
  /** Oldest first. */
  readonly rows: readonly JournalEntry[];
  /** How many of the list, from its beginning, have still to be looked at. */
  readonly rest: number;
}

/** More at once come with a connection, and are looked at bit by bit like all others. */
const maxNews = 500;
/** Looked at between two looks at the time. */
const batch = 32;

/**
 * Goes on sifting. Where the list has only got news and lost its oldest, only the news are looked at; anything
 * else begins anew, with the newest, and stops when the time is up.
 */
export function sift(
  before: Sifted | undefined,
  list: readonly JournalEntry[],
  filter: RequestFilter,
  hasTime: () => boolean,
): Sifted {
  const pass = passOf(filter);
  if (pass === undefined) return { list, filter, rows: list, rest: 0 };
  const begun = (before?.filter === filter ? goOn(before, list, pass) : undefined) ?? {
    rows: [],
    rest: list.length,
  };
  let { rest } = begun;
  const found: JournalEntry[] = [];
  while (rest > 0 && hasTime()) {
    const start = Math.max(0, rest - batch);
    found.push(...list.slice(start, rest).filter(pass).reverse());
    rest = start;
  }
  const rows = found.length === 0 ? begun.rows : [...found.reverse(), ...begun.rows];
  return { list, filter, rows, rest };
}

function goOn(
  before: Sifted,
  list: readonly JournalEntry[],
  pass: (entry: JournalEntry) => boolean,
): Pick<Sifted, 'rows' | 'rest'> | undefined {
  if (before.list === list) return before;
  const newest = before.list.at(-1);
  const [oldest] = list;
  if (newest === undefined || oldest === undefined) return undefined;
  const index = indexFrom(list, newest.id);
  const lost = before.list.length - index - 1;
  // Another sandbox counts anew: the same id is not the same request.
  if (list[index] !== newest || lost < 0 || list.length - index - 1 > maxNews) return undefined;
  const kept = lost === 0 ? before.rows : before.rows.slice(indexFrom(before.rows, oldest.id));
  const news = list.slice(index + 1).filter(pass);
  return {
    rows: news.length === 0 ? kept : [...kept, ...news],
    rest: Math.max(0, before.rest - lost),
  };
}
