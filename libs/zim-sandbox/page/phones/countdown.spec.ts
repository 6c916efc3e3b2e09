import { countdown } from './countdown.js';

const call = { createdAt: 1_700_000_000_000, timeoutSeconds: 40 };

describe('the countdown of the ring time', () => {
  it.each([
    [0, 40, 1],
    [1, 40, 0.999975],
    [10_000, 30, 0.75],
    [10_001, 30, 0.749975],
    [39_999, 1, 0.000025],
    [40_000, 0, 0],
  ])('%i ms after the beginning has %i s left', (ms, seconds, fraction) => {
    const left = countdown(call, call.createdAt + ms);
    expect(left.seconds).toBe(seconds);
    expect(left.fraction).toBeCloseTo(fraction, 9);
  });

  it('ends at nothing, and begins with the whole time, wherever the clocks stand', () => {
    expect(countdown(call, call.createdAt + 99_000)).toEqual({ seconds: 0, fraction: 0 });
    expect(countdown(call, call.createdAt - 99_000)).toEqual({ seconds: 40, fraction: 1 });
  });

  it('takes parts of a second', () => {
    const short = { ...call, timeoutSeconds: 0.5 };
    expect(countdown(short, call.createdAt + 250)).toEqual({ seconds: 1, fraction: 0.5 });
  });

  it('has no fraction of no time', () => {
    const none = { ...call, timeoutSeconds: 0 };
    expect(countdown(none, call.createdAt)).toEqual({ seconds: 0, fraction: 0 });
  });
});
