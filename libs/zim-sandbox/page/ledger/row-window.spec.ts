import { rowOfKey, rowsInSight, scrollToRow } from './row-window.js';

const space = { rowHeight: 30, height: 300, count: 10_000 };

describe('rowsInSight', () => {
  it('draws what is in sight and six rows beyond either edge', () => {
    expect(rowsInSight(space, 0)).toEqual({ start: 0, end: 16 });
    expect(rowsInSight(space, 3000)).toEqual({ start: 94, end: 116 });
    // Two rows are in sight by half.
    expect(rowsInSight(space, 3015)).toEqual({ start: 94, end: 117 });
    expect(rowsInSight(space, 299_700)).toEqual({ start: 9984, end: 10_000 });
  });

  it('draws what is there, wherever a bouncing or a shrunken list pretends to be', () => {
    expect(rowsInSight(space, -500)).toEqual(rowsInSight(space, 0));
    expect(rowsInSight(space, 500_000)).toEqual(rowsInSight(space, 299_700));
    expect(rowsInSight({ ...space, count: 3 }, 0)).toEqual({ start: 0, end: 3 });
    expect(rowsInSight({ ...space, count: 3 }, 9000)).toEqual({ start: 0, end: 3 });
    expect(rowsInSight({ ...space, count: 0 }, 0)).toEqual({ start: 0, end: 0 });
  });
});

describe('scrollToRow', () => {
  it('stays where the row is in sight, and goes no further than needed where it is not', () => {
    expect(scrollToRow(space, 3000, 100)).toBe(3000);
    expect(scrollToRow(space, 3000, 109)).toBe(3000);
    expect(scrollToRow(space, 3000, 110)).toBe(3030);
    expect(scrollToRow(space, 3000, 99)).toBe(2970);
    expect(scrollToRow(space, 3015, 100)).toBe(3000);
    expect(scrollToRow(space, 3000, 0)).toBe(0);
    expect(scrollToRow(space, 0, 9999)).toBe(299_700);
  });
});

describe('rowOfKey', () => {
  it('steps by rows, by what is in sight, and to the ends', () => {
    expect(rowOfKey(space, 'ArrowDown', 5)).toBe(6);
    expect(rowOfKey(space, 'ArrowUp', 5)).toBe(4);
    expect(rowOfKey(space, 'PageDown', 5)).toBe(14);
    expect(rowOfKey(space, 'PageUp', 50)).toBe(41);
    expect(rowOfKey(space, 'Home', 5)).toBe(0);
    expect(rowOfKey(space, 'End', 5)).toBe(9999);
    expect(rowOfKey({ ...space, height: 10 }, 'PageDown', 5)).toBe(6);
  });

  it('begins with the first row, and stops at the ends', () => {
    expect(rowOfKey(space, 'ArrowDown', undefined)).toBe(0);
    expect(rowOfKey(space, 'ArrowUp', undefined)).toBe(0);
    expect(rowOfKey(space, 'End', undefined)).toBe(9999);
    expect(rowOfKey(space, 'ArrowUp', 0)).toBe(0);
    expect(rowOfKey(space, 'PageDown', 9995)).toBe(9999);
  });

  it('leads nowhere with another key, or without rows', () => {
    expect(rowOfKey(space, 'a', 5)).toBeUndefined();
    expect(rowOfKey(space, 'toString', 5)).toBeUndefined();
    expect(rowOfKey({ ...space, count: 0 }, 'ArrowDown', undefined)).toBeUndefined();
  });
});
