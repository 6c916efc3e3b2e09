import { useEffect, useReducer, useRef } from 'preact/hooks';
import { type JournalEntry } from '../../src/core/journal.js';
import { type RequestFilter } from './request-filter.js';
import { sift, type Sifted } from './sift.js';

/** Half a frame of 60 Hz: the other half is for drawing. */
const budgetMs = 8;

/** What passes the filter; of a long list, in portions, a frame each. */
export function useSift(
  list: readonly JournalEntry[],
  filter: RequestFilter,
): readonly JournalEntry[] {
  const before = useRef<Sifted>(undefined);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const endsAt = performance.now() + budgetMs;
  const sifted = sift(before.current, list, filter, () => performance.now() < endsAt);
  before.current = sifted;
  useEffect(() => {
    if (sifted.rest === 0) return undefined;
    const frame = requestAnimationFrame(() => {
      redraw(undefined);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  });
  return sifted.rows;
}
