import { rowOfKey, rowsToRender, scrollToRow } from './virtual-rows.js';

const list = { rowHeight: 30, height: 300, count: 10_000 };

describe('rowsToRender', () => {
  it('includes the visible rows and six beyond either edge', () => {
    expect(rowsToRender(list, 0)).toEqual({ start: 0, end: 16 });
    expect(rowsToRender(list, 3000)).toEqual({ start: 94, end: 116 });
    // Two rows are half visible.
    expect(rowsToRender(list, 3015)).toEqual({ start: 94, end: 117 });
    expect(rowsToRender(list, 299_700)).toEqual({ start: 9984, end: 10_000 });
  });

  it('includes only existing rows, also for a scroll position beyond the ends', () => {
    expect(rowsToRender(list, -500)).toEqual(rowsToRender(list, 0));
    expect(rowsToRender(list, 500_000)).toEqual(rowsToRender(list, 299_700));
    expect(rowsToRender({ ...list, count: 3 }, 0)).toEqual({ start: 0, end: 3 });
    expect(rowsToRender({ ...list, count: 3 }, 9000)).toEqual({ start: 0, end: 3 });
    expect(rowsToRender({ ...list, count: 0 }, 0)).toEqual({ start: 0, end: 0 });
  });
});

describe('scrollToRow', () => {
  it('does not scroll to a visible row, and scrolls as little as possible otherwise', () => {
    expect(scrollToRow(list, 3000, 100)).toBe(3000);
    expect(scrollToRow(list, 3000, 109)).toBe(3000);
    expect(scrollToRow(list, 3000, 110)).toBe(3030);
    expect(scrollToRow(list, 3000, 99)).toBe(2970);
    expect(scrollToRow(list, 3015, 100)).toBe(3000);
    expect(scrollToRow(list, 3000, 0)).toBe(0);
    expect(scrollToRow(list, 0, 9999)).toBe(299_700);
  });
});

describe('rowOfKey', () => {
  it('moves by rows, by pages, and to the ends', () => {
    expect(rowOfKey(list, 'ArrowDown', 5)).toBe(6);
    expect(rowOfKey(list, 'ArrowUp', 5)).toBe(4);
    expect(rowOfKey(list, 'PageDown', 5)).toBe(14);
    expect(rowOfKey(list, 'PageUp', 50)).toBe(41);
    expect(rowOfKey(list, 'Home', 5)).toBe(0);
    expect(rowOfKey(list, 'End', 5)).toBe(9999);
    expect(rowOfKey({ ...list, height: 10 }, 'PageDown', 5)).toBe(6);
  });

  it('starts at the first row and stops at the ends', () => {
    expect(rowOfKey(list, 'ArrowDown', undefined)).toBe(0);
    expect(rowOfKey(list, 'ArrowUp', undefined)).toBe(0);
    expect(rowOfKey(list, 'End', undefined)).toBe(9999);
    expect(rowOfKey(list, 'ArrowUp', 0)).toBe(0);
    expect(rowOfKey(list, 'PageDown', 9995)).toBe(9999);
  });

  it('returns undefined for other keys, and for an empty list', () => {
    expect(rowOfKey(list, 'a', 5)).toBeUndefined();
    expect(rowOfKey(list, 'toString', 5)).toBeUndefined();
    expect(rowOfKey({ ...list, count: 0 }, 'ArrowDown', undefined)).toBeUndefined();
  });
});
