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
    const count = (query: string) => attempts.count(request(undefined, query));
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
    attempts.count(request('kept', '', 1));
    attempts.count(request('old'));
    attempts.count(request('lively'));
    for (let index = 0; index < 9999; index++) attempts.count(request(index));
    expect(attempts.count(request('lively'))).toBe(2);
    expect(attempts.count(request('old'))).toBe(1);
    expect(attempts.count(request('lively'))).toBe(3);
    expect(attempts.count(request('kept', '', 1))).toBe(2);
  });
});
