import { Attempts } from './attempts.js';

const request = (json: unknown, query = '', appId?: number) => ({
  appId,
  action: 'CallInvite',
  query: new URLSearchParams(query),
  json,
});

describe('attempts', () => {
  it('are told by their content, not by who signed them when', () => {
    const attempts = new Attempts();
    const count = (query: string) => attempts.arrive(request(undefined, query)).attempt;
    expect([
      count('UserId=a&CallId=1&Signature=x&Timestamp=1'),
      count('Signature=y&SignatureNonce=z&CallId=1&UserId=a'),
      count('UserId=b&CallId=1'),
      count('UserId[]=a&UserId[]=b'),
      count('UserId[]=b&UserId[]=a'),
    ]).toEqual([1, 2, 1, 1, 1]);
  });

  it('are forgotten when 10,000 others have come since, but not those of another app', () => {
    const attempts = new Attempts();
    const count = (json: unknown, appId?: number) =>
      attempts.arrive(request(json, '', appId)).attempt;
    count('kept', 1);
    count('old');
    count('lively');
    for (let index = 0; index < 9999; index++) count(index);
    expect(count('lively')).toBe(2);
    expect(count('old')).toBe(1);
    expect(count('lively')).toBe(3);
    expect(count('kept', 1)).toBe(2);
  });

  it('overlap until all earlier ones with the same content have ended', () => {
    const attempts = new Attempts();
    const [first, second] = [attempts.arrive(request('a')), attempts.arrive(request('a'))];
    const other = attempts.arrive(request('b'));
    expect([first, second, other].map(({ overlaps }) => overlaps)).toEqual([false, true, false]);
    second.end();
    const third = attempts.arrive(request('a'));
    expect(third.overlaps).toBe(true);
    first.end();
    third.end();
    expect(attempts.arrive(request('a')).overlaps).toBe(false);
  });

  it('reuse a nonce of their own app only, whatever they ask for', () => {
    const attempts = new Attempts();
    const reuses = (json: unknown, nonce: string, appId: number) =>
      attempts.arrive(request(json, `SignatureNonce=${nonce}`, appId)).reusesNonce;
    expect([
      reuses('a', 'n', 1),
      reuses('b', 'n', 1),
      reuses('a', 'm', 1),
      reuses('a', 'n', 2),
      reuses('a', '', 1),
      reuses('a', '', 1),
    ]).toEqual([false, true, false, false, false, false]);
  });
});
