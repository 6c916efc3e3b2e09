import { type JournalEntry } from '../../src/core/journal.js';
import { sampleEntry } from '../testing/sample-entry.js';
import { type RequestFilter } from './request-filter.js';
import { sift, type Sifted } from './sift.js';

const refusedOnly: RequestFilter = { text: '', outcome: 'refused' };
const always = () => true;
const never = () => false;

/** Every third is refused; counts who looks. */
function entries(from: number, to: number): JournalEntry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const id = from + index;
    const entry = sampleEntry({ id });
    return Object.defineProperty(entry, 'code', {
      get() {
        looks++;
        return id % 3 === 0 ? 100000005 : 0;
      },
    });
  });
}

let looks = 0;
const looksOf = (act: () => Sifted): [Sifted, number] => {
  looks = 0;
  return [act(), looks];
};
const ids = ({ rows }: Sifted) => rows.map(({ id }) => id);

describe('sift', () => {
  it('looks at nothing where everything passes', () => {
    const list = entries(1, 100);
    const [sifted, count] = looksOf(() => sift(undefined, list, { text: '' }, never));
    expect(sifted.rows).toBe(list);
    expect(count).toBe(0);
  });

  it('finds what passes, oldest first', () => {
    expect(ids(sift(undefined, entries(1, 12), refusedOnly, always))).toEqual([3, 6, 9, 12]);
  });

  it('looks only at the news while the list grows, and forgets what it has lost', () => {
    const list = entries(1, 100);
    const first = sift(undefined, list, refusedOnly, always);
    const grown = [...list.slice(10), ...entries(101, 104)];
    const [second, count] = looksOf(() => sift(first, grown, refusedOnly, always));
    expect(count).toBe(4);
    expect(ids(second)[0]).toBe(12);
    expect(ids(second).at(-1)).toBe(102);
    expect(second).toEqual(sift(undefined, grown, refusedOnly, always));
    const [third, more] = looksOf(() => sift(second, grown, refusedOnly, always));
    expect(third.rows).toBe(second.rows);
    expect(more).toBe(0);
  });

  it('stops when the time is up, with the newest, and goes on from there, also while the list grows', () => {
    const list = entries(1, 200);
    let turns = 2;
    const [first, count] = looksOf(() => sift(undefined, list, refusedOnly, () => turns-- > 0));
    expect(count).toBe(64);
    expect(first.rest).toBe(136);
    expect(ids(first)[0]).toBe(138);
    expect(ids(first).at(-1)).toBe(198);

    const grown = [...list.slice(6), ...entries(201, 210)];
    const second = sift(first, grown, refusedOnly, never);
    expect(second.rest).toBe(130);
    const third = sift(second, grown, refusedOnly, always);
    expect(third).toEqual(sift(undefined, grown, refusedOnly, always));
  });

  it('begins anew with another filter, another sandbox, a longer past, or many news', () => {
    const list = entries(50, 100);
    const first = sift(undefined, list, refusedOnly, always);
    const anew = (next: readonly JournalEntry[], filter = refusedOnly) => {
      const [sifted] = looksOf(() => sift(first, next, filter, never));
      return sifted.rows.length === 0 && sifted.rest === next.length;
    };
    expect(anew(list, { text: '', outcome: 'refused' })).toBe(true);
    expect(anew(entries(50, 100))).toBe(true);
    expect(anew([...entries(1, 49), ...list])).toBe(true);
    expect(anew([...list, ...entries(101, 700)])).toBe(true);
    expect(anew([])).toBe(true);
    expect(anew([...list, ...entries(101, 200)])).toBe(false);
  });
});
