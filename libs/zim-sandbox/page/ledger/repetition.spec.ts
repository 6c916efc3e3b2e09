import { sampleEntry } from '../testing/sample-entry.js';
import { repetitionOf } from './repetition.js';

const kindOf = (changes: Parameters<typeof sampleEntry>[0]) =>
  repetitionOf(sampleEntry(changes)).kind;

describe('repetitionOf', () => {
  it('takes a new call with the same content for no retry', () => {
    expect(repetitionOf(sampleEntry({ attempt: 2 }))).toEqual({ kind: 'same-content', count: 2 });
    expect(kindOf({ attempt: 1 })).toBe('none');
  });

  it('warns of requests that overlap, and of a nonce that comes again', () => {
    expect(kindOf({ attempt: 2, overlaps: true })).toBe('overlaps');
    expect(kindOf({ attempt: 1, reusesNonce: true })).toBe('reuses-nonce');
    expect(kindOf({ attempt: 2, overlaps: true, reusesNonce: true })).toBe('reuses-nonce');
  });
});
