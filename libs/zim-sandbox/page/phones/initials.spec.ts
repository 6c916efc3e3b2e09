import { hueOf, initialsOf } from './initials.js';

describe('initialsOf', () => {
  it.each([
    ['alice', undefined, 'A'],
    ['alice', 'Alice van Adams', 'AV'],
    ['alice', "alice o'neill", 'AO'],
    ['u-17', '王小明', '王'],
    ['user.4711', '', 'U4'],
    ['<img src=x onerror=alert(1)>', undefined, 'IS'],
    ['bob', '🎉🎉', 'B'],
    ['😀', undefined, '?'],
    ['--', undefined, '?'],
    ['x', 'e\u0301mile', 'E\u0301'],
    ['x', '𠮷田', '𠮷'],
  ])('returns for %s with the name %s: %s', (userId, userName, initials) => {
    expect(initialsOf({ userId, userName })).toBe(initials);
  });
});

describe('hueOf', () => {
  it('is stable for a user and differs between users', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `user${index}`);
    const hues = ids.map(hueOf);
    expect(ids.map(hueOf)).toEqual(hues);
    expect(new Set(hues).size).toBe(9);
    expect(hues.filter((hue) => hue < 0 || hue >= 360 || !Number.isInteger(hue))).toEqual([]);
  });
});
