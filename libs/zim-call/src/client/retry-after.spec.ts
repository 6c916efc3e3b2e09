import { retryAfterMs } from './decode-reply.js';

describe('retryAfterMs', () => {
  it.each<[string | undefined, string | undefined, number | undefined]>([
    ['3', undefined, 3000],
    ['0', undefined, 0],
    ['999999999', undefined, 86_400_000],
    ['Sun, 06 Nov 1994 08:49:47 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT', 10_000],
    ['Sun, 06 Nov 1994 08:49:27 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:47 GMT', undefined, undefined],
    ['-1', undefined, undefined],
    ['soon', 'now', undefined],
    [undefined, undefined, undefined],
  ])('%j with the Date %j means %j ms', (header, date, ms) => {
    expect(retryAfterMs({ 'retry-after': header, date })).toBe(ms);
  });
});
