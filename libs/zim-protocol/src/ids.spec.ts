import { isWellFormedText, utf8ByteLength } from './text.js';
import { explainZimUserId, isZimCallId, isZimUserId, zimUserIdSymbols } from './ids.js';

describe('isZimUserId', () => {
  it('accepts 62 alphanumerics, the space and 25 symbols of all code points', () => {
    const accepted: string[] = [];
    for (let point = 0; point <= 0x10ffff; point++) {
      const character = String.fromCodePoint(point);
      if (isZimUserId(character)) accepted.push(character);
    }
    const alphanumerics = Array.from(
      '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ',
    );
    const symbols = Array.from('!#$%&()+-:;<=.>?@[]^_{}|~ ');
    expect(accepted.sort()).toEqual([...alphanumerics, ...symbols].sort());
    expect(Array.from(`${zimUserIdSymbols} `).sort()).toEqual(symbols.sort());
  });

  it('allows 1 to 32 bytes', () => {
    expect(isZimUserId('')).toBe(false);
    expect(isZimUserId('a'.repeat(32))).toBe(true);
    expect(isZimUserId('a'.repeat(33))).toBe(false);
    expect(isZimUserId(`${zimUserIdSymbols} -aZ09`)).toBe(true);
  });

  it('refuses a trailing line break', () => {
    expect(isZimUserId('alice\n')).toBe(false);
  });

  it('has an explanation for every invalid id', () => {
    for (const id of ['', 'a', 'a,b', 'é', 'a\nb', 'x'.repeat(33), '\ud800', '😀', 'a b-c'])
      expect(explainZimUserId(id) === undefined).toBe(isZimUserId(id));
  });

  it.each([
    ['a,b', "must not contain ',' (U+002C)"],
    ['é', "must not contain 'é' (U+00E9)"],
    ['a\nb', 'must not contain U+000A'],
    ['😀', "must not contain '😀' (U+1F600)"],
    ['x'.repeat(33), 'must be at most 32 bytes long, is 33'],
    ['123e4567-e89b-12d3-a456-426614174000', 'a UUID fits without its dashes'],
  ])('explains %j', (id, words) => {
    expect(explainZimUserId(id)).toContain(words);
  });
});

describe('isZimCallId', () => {
  it.each(['1', 'call123', '12261423186766631832', ' ', 'a b/c?d', '呼叫', '😀'.repeat(32)])(
    'accepts %j',
    (id) => {
      expect(isZimCallId(id)).toBe(true);
    },
  );

  it.each(['', '1'.repeat(33), '😀'.repeat(33), 'x'.repeat(1_000_000), 'a\nb', '\u0085', '\ud83d'])(
    'refuses %j',
    (id) => {
      expect(isZimCallId(id)).toBe(false);
    },
  );
});

describe('text', () => {
  it('counts bytes of UTF-8, not characters', () => {
    expect(utf8ByteLength('aé中😀')).toBe(1 + 2 + 3 + 4);
  });

  it('recognises a lone surrogate', () => {
    expect(isWellFormedText('a😀中')).toBe(true);
    for (const broken of ['\ud83d', 'a\ude00', '\ude00\ud83d', '\ud83d\ud83d\ude00'])
      expect(isWellFormedText(broken)).toBe(false);
  });
});
