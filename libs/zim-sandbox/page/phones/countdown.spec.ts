import { countdown } from './countdown.js';

const call = { createdAt: 1_700_000_000_000, timeoutSeconds: 40 };

describe('countdown', () => {
  it.each([
    [0, 40, 1],
    [1, 40, 0.999975],
    [10_000, 30, 0.75],
    [10_001, 30, 0.749975],
    [39_999, 1, 0.000025],
    [40_000, 0, 0],
  ])('has, %i ms after the start, %i s left', (ms, seconds, fraction) => {
    const remaining = countdown(call, call.createdAt + ms);
    expect(remaining.seconds).toBe(seconds);
    expect(remaining.fraction).toBeCloseTo(fraction, 9);
  });

  it('stays between zero and the whole ring time, whatever the clocks show', () => {
    expect(countdown(call, call.createdAt + 99_000)).toEqual({ seconds: 0, fraction: 0 });
    expect(countdown(call, call.createdAt - 99_000)).toEqual({ seconds: 40, fraction: 1 });
  });

  it('accepts fractions of a second', () => {
    const short = { ...call, timeoutSeconds: 0.5 };
    expect(countdown(short, call.createdAt + 250)).toEqual({ seconds: 1, fraction: 0.5 });
  });

  it('is zero for a ring time of zero', () => {
    const none = { ...call, timeoutSeconds: 0 };
    expect(countdown(none, call.createdAt)).toEqual({ seconds: 0, fraction: 0 });
  });
});
