import { type JournalEntry } from '../../src/core/journal.js';
import { sampleEntry } from '../testing/samples.js';
import { filterIncrementally, type FilterProgress } from './incremental-filter.js';
import { type RequestFilter } from './request-filter.js';

const refusedOnly: RequestFilter = { text: '', outcome: 'refused' };
const always = () => true;
const never = () => false;

/** Entries of which every third is refused. Counts how often a code is read. */
function entries(from: number, to: number): JournalEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const id = from + index;
    const entry = sampleEntry({ id });
    return Object.defineProperty(entry, 'code', {
      get() {
        reads++;
        return id % 3 === 0 ? 100000005 : 0;
      },
    });
  });
}

let reads = 0;
const readsOf = (act: () => FilterProgress): [FilterProgress, number] => {
  reads = 0;
  return [act(), reads];
};
const ids = ({ matches }: FilterProgress) => matches.map(({ id }) => id);

describe('filterIncrementally', () => {
  it('checks no entry if the filter is empty', () => {
    const list = entries(1, 100);
    const [progress, count] = readsOf(() =>
      filterIncrementally(undefined, list, { text: '' }, never),
    );
    expect(progress.matches).toBe(list);
    expect(count).toBe(0);
  });

  it('returns the matches, oldest first', () => {
    expect(ids(filterIncrementally(undefined, entries(1, 12), refusedOnly, always))).toEqual([
      3, 6, 9, 12,
    ]);
  });

  it('checks only new entries of a growing list, and drops removed ones', () => {
    const list = entries(1, 100);
    const first = filterIncrementally(undefined, list, refusedOnly, always);
    const grown = [...list.slice(10), ...entries(101, 104)];
    const [second, count] = readsOf(() => filterIncrementally(first, grown, refusedOnly, always));
    expect(count).toBe(4);
    expect(ids(second)[0]).toBe(12);
    expect(ids(second).at(-1)).toBe(102);
    expect(second).toEqual(filterIncrementally(undefined, grown, refusedOnly, always));
    const [third, more] = readsOf(() => filterIncrementally(second, grown, refusedOnly, always));
    expect(third.matches).toBe(second.matches);
    expect(more).toBe(0);
  });

  it('starts with the newest entries, stops when the time is up, and continues later, also in a growing list', () => {
    const list = entries(1, 200);
    let batches = 2;
    const [first, count] = readsOf(() =>
      filterIncrementally(undefined, list, refusedOnly, () => batches-- > 0),
    );
    expect(count).toBe(64);
    expect(first.unchecked).toBe(136);
    expect(ids(first)[0]).toBe(138);
    expect(ids(first).at(-1)).toBe(198);

    const grown = [...list.slice(6), ...entries(201, 210)];
    const second = filterIncrementally(first, grown, refusedOnly, never);
    expect(second.unchecked).toBe(130);
    const third = filterIncrementally(second, grown, refusedOnly, always);
    expect(third).toEqual(filterIncrementally(undefined, grown, refusedOnly, always));
  });

  it('starts again with another filter, another sandbox, older entries, or many new ones', () => {
    const list = entries(50, 100);
    const first = filterIncrementally(undefined, list, refusedOnly, always);
    const startsAgain = (next: readonly JournalEntry[], filter = refusedOnly) => {
      const [progress] = readsOf(() => filterIncrementally(first, next, filter, never));
      return progress.matches.length === 0 && progress.unchecked === next.length;
    };
    expect(startsAgain(list, { text: '', outcome: 'refused' })).toBe(true);
    expect(startsAgain(entries(50, 100))).toBe(true);
    expect(startsAgain([...entries(1, 49), ...list])).toBe(true);
    expect(startsAgain([...list, ...entries(101, 700)])).toBe(true);
    expect(startsAgain([])).toBe(true);
    expect(startsAgain([...list, ...entries(101, 200)])).toBe(false);
  });
});
