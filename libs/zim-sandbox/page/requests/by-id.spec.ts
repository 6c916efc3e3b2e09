import { indexFrom, mergeById } from './by-id.js';

const numbered = (...ids: number[]) => ids.map((id) => ({ id }));

describe('indexFrom', () => {
  it('finds an id, or the position where it would be', () => {
    const list = numbered(3, 5, 9);
    expect([0, 3, 4, 5, 6, 9, 10].map((id) => indexFrom(list, id))).toEqual([0, 0, 1, 1, 2, 2, 3]);
    expect(indexFrom([], 1)).toBe(0);
  });
});

describe('mergeById', () => {
  it('merges two lists in the order of their ids', () => {
    expect(mergeById(numbered(1, 4, 5, 9), numbered(2, 3, 7, 10, 11))).toEqual(
      numbered(1, 2, 3, 4, 5, 7, 9, 10, 11),
    );
  });

  it('returns the other list if one is empty', () => {
    const list = numbered(1, 2);
    expect(mergeById(list, [])).toBe(list);
    expect(mergeById([], list)).toBe(list);
  });
});
