import { isZimCallId } from './call-id.js';

describe('isZimCallId', () => {
  it.each(['1', 'call123', '12261423186766631832', ' ', 'a b/c?d', '呼叫', '😀'.repeat(32)])(
    'takes %j',
    (id) => {
      expect(isZimCallId(id)).toBe(true);
    },
  );

  it.each(['', '1'.repeat(33), '😀'.repeat(33), 'x'.repeat(1_000_000), 'a\nb', '\u0085', '\ud83d'])(
    'does not take %j',
    (id) => {
      expect(isZimCallId(id)).toBe(false);
    },
  );
});
