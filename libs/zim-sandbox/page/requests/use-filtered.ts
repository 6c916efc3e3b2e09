import { useEffect, useReducer, useRef } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { filterIncrementally, type FilterProgress } from './incremental-filter.js';
import { type RequestFilter } from './request-filter.js';

/** Half a frame at 60 Hz; the other half is for rendering. */
const budgetMs = 8;

/** Returns the entries that match the filter; a long list is filtered over several frames. */
export function useFiltered(
  list: readonly JournalEntry[],
  filter: RequestFilter,
): readonly JournalEntry[] {
  const previous = useRef<FilterProgress>(undefined);
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const endsAt = performance.now() + budgetMs;
  const progress = filterIncrementally(
    previous.current,
    list,
    filter,
    () => performance.now() < endsAt,
  );
  previous.current = progress;
  useEffect(() => {
    if (progress.unchecked === 0) return undefined;
    const frame = requestAnimationFrame(() => {
      rerender(undefined);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  });
  return progress.matches;
}
