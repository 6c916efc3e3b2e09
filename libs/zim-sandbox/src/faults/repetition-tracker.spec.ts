import { RepetitionTracker } from './repetition-tracker.js';

const request = (json: unknown, query = '', appId?: number) => ({
  appId,
  action: 'CallInvite',
  query: new URLSearchParams(query),
  json,
});

describe('RepetitionTracker', () => {
  it('counts requests by their content, whatever their signature and time', () => {
    const tracker = new RepetitionTracker();
    const count = (query: string) => tracker.track(request(undefined, query)).attempt;
    expect([
      count('UserId=a&CallId=1&Signature=x&Timestamp=1'),
      count('Signature=y&SignatureNonce=z&CallId=1&UserId=a'),
      count('UserId=b&CallId=1'),
      count('UserId[]=a&UserId[]=b'),
      count('UserId[]=b&UserId[]=a'),
    ]).toEqual([1, 2, 1, 1, 1]);
  });

  it('forgets a content after 10,000 other contents of the same app', () => {
    const tracker = new RepetitionTracker();
    const count = (json: unknown, appId?: number) =>
      tracker.track(request(json, '', appId)).attempt;
    count('other app', 1);
    count('old');
    count('seen again');
    for (let index = 0; index < 9999; index++) count(index);
    expect(count('seen again')).toBe(2);
    expect(count('old')).toBe(1);
    expect(count('seen again')).toBe(3);
    expect(count('other app', 1)).toBe(2);
  });

  it('reports an overlap until all earlier requests with the same content have ended', () => {
    const tracker = new RepetitionTracker();
    const [first, second] = [tracker.track(request('a')), tracker.track(request('a'))];
    const other = tracker.track(request('b'));
    expect([first, second, other].map(({ overlaps }) => overlaps)).toEqual([false, true, false]);
    second.end();
    const third = tracker.track(request('a'));
    expect(third.overlaps).toBe(true);
    first.end();
    third.end();
    expect(tracker.track(request('a')).overlaps).toBe(false);
  });

  it('reports a reused nonce of the same app, whatever the content', () => {
    const tracker = new RepetitionTracker();
    const reuses = (json: unknown, nonce: string, appId: number) =>
      tracker.track(request(json, `SignatureNonce=${nonce}`, appId)).reusesNonce;
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
