import { type JournalEntry } from '../../src/core/journal.js';
import { indexFrom } from './by-id.js';
import { predicateOf, type RequestFilter } from './request-filter.js';

/** The result of filtering a list, possibly not finished. */
export interface FilterProgress {
  readonly list: readonly JournalEntry[];
  readonly filter: RequestFilter;
  /** The matches so far, oldest first. */
  readonly matches: readonly JournalEntry[];
  /** How many entries at the start of the list are not checked yet. */
  readonly unchecked: number;
}

/** With more new entries than this, filtering starts again, so that it can stop in between. */
const maxAppended = 500;
/** How many entries are checked between two checks of the time. */
const batchSize = 32;

/**
 * Continues to filter a list. If the list only gained new entries and lost its oldest ones, only the new ones are
 * checked; otherwise filtering starts again. It proceeds from the newest entry to the oldest and stops when `hasTime`
 * returns false.
 */
export function filterIncrementally(
  previous: FilterProgress | undefined,
  list: readonly JournalEntry[],
  filter: RequestFilter,
  hasTime: () => boolean,
): FilterProgress {
  const predicate = predicateOf(filter);
  if (predicate === undefined) return { list, filter, matches: list, unchecked: 0 };
  const start = (previous?.filter === filter
    ? withAppended(previous, list, predicate)
    : undefined) ?? { matches: [], unchecked: list.length };
  let { unchecked } = start;
  const found: JournalEntry[] = [];
  while (unchecked > 0 && hasTime()) {
    const from = Math.max(0, unchecked - batchSize);
    found.push(...list.slice(from, unchecked).filter(predicate).reverse());
    unchecked = from;
  }
  const matches = found.length === 0 ? start.matches : [...found.reverse(), ...start.matches];
  return { list, filter, matches, unchecked };
}

function withAppended(
  previous: FilterProgress,
  list: readonly JournalEntry[],
  predicate: (entry: JournalEntry) => boolean,
): Pick<FilterProgress, 'matches' | 'unchecked'> | undefined {
  if (previous.list === list) return previous;
  const newest = previous.list.at(-1);
  const [oldest] = list;
  if (newest === undefined || oldest === undefined) return undefined;
  const index = indexFrom(list, newest.id);
  const removed = previous.list.length - index - 1;
  // Ids start at 1 in each sandbox: after a restart, the same id is another request.
  if (list[index] !== newest || removed < 0 || list.length - index - 1 > maxAppended)
    return undefined;
  const kept =
    removed === 0
      ? previous.matches
      : previous.matches.slice(indexFrom(previous.matches, oldest.id));
  const added = list.slice(index + 1).filter(predicate);
  return {
    matches: added.length === 0 ? kept : [...kept, ...added],
    unchecked: Math.max(0, previous.unchecked - removed),
  };
}
