import { outcomeOf, replyFate } from './outcome.js';
import { sampleEntry } from '../testing/sample-entry.js';

describe('outcomeOf', () => {
  it('tells success, refusal and injected fault apart', () => {
    expect(outcomeOf(sampleEntry({ code: 0 }))).toBe('success');
    expect(outcomeOf(sampleEntry({ code: 100000005 }))).toBe('refused');
    expect(outcomeOf(sampleEntry({ code: 0, fault: { kind: 'reset', when: 'after' } }))).toBe(
      'fault',
    );
    expect(
      outcomeOf(sampleEntry({ code: undefined, fault: { kind: 'hang', when: 'before' } })),
    ).toBe('fault');
  });
});

describe('replyFate', () => {
  it('tells a lost reply from one that is damaged, replaced, late or whole', () => {
    expect(replyFate({ kind: 'reset' })).toBe('lost');
    expect(replyFate({ kind: 'truncated-json' })).toBe('damaged');
    expect(replyFate({ kind: 'code' })).toBe('replaced');
    expect(replyFate({ kind: 'delay' })).toBe('late');
    expect(replyFate({ kind: 'clock-skew' })).toBe('whole');
  });
});
