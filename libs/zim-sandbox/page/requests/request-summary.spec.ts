import { sampleEntry } from '../testing/samples.js';
import { namedUsers, repetitionOf } from './request-summary.js';

describe('namedUsers', () => {
  it('reads the body of an invite and of a registration', () => {
    expect(
      namedUsers({ query: {}, body: { FromUserId: 'alice', UserIds: ['bob', 'carol'] } }),
    ).toEqual({ from: 'alice', to: ['bob', 'carol'] });
    expect(
      namedUsers({ query: {}, body: { UserInfo: [{ UserId: 'bob' }, { UserId: 'carol' }] } }),
    ).toEqual({ to: ['bob', 'carol'] });
  });

  it('reads the query', () => {
    expect(namedUsers({ query: { FromUserId: 'bob', CallId: '1' } })).toEqual({
      from: 'bob',
      to: [],
    });
    expect(namedUsers({ query: { 'UserId[]': 'bob,carol', UserId: 'dave' } })).toEqual({
      to: ['bob', 'carol', 'dave'],
    });
  });

  it('ignores values of other types', () => {
    for (const body of [null, 'text', [1], { FromUserId: 7, UserIds: { a: 1 }, UserInfo: [null] }])
      expect(namedUsers({ query: {}, body })).toEqual({ to: [] });
  });
});

describe('repetitionOf', () => {
  const kindOf = (changes: Parameters<typeof sampleEntry>[0]) =>
    repetitionOf(sampleEntry(changes)).kind;

  it('counts a new request with the same content, without calling it a retry', () => {
    expect(repetitionOf(sampleEntry({ attempt: 2 }))).toEqual({ kind: 'same-content', count: 2 });
    expect(kindOf({ attempt: 1 })).toBe('none');
  });

  it('warns of overlapping requests and of a reused nonce', () => {
    expect(kindOf({ attempt: 2, overlaps: true })).toBe('overlaps');
    expect(kindOf({ attempt: 1, reusesNonce: true })).toBe('reuses-nonce');
    expect(kindOf({ attempt: 2, overlaps: true, reusesNonce: true })).toBe('reuses-nonce');
  });
});
