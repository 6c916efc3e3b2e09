import { sampleEntry } from '../testing/samples.js';
import { outcomeOf, replyEffect } from './outcome.js';

describe('outcomeOf', () => {
  it('distinguishes success, refusal and injected fault', () => {
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

describe('replyEffect', () => {
  it('distinguishes a lost, damaged, replaced, late and unchanged reply', () => {
    expect(replyEffect({ kind: 'reset' })).toBe('lost');
    expect(replyEffect({ kind: 'truncated-json' })).toBe('damaged');
    expect(replyEffect({ kind: 'code' })).toBe('replaced');
    expect(replyEffect({ kind: 'delay' })).toBe('late');
    expect(replyEffect({ kind: 'clock-skew' })).toBe('unchanged');
  });
});
