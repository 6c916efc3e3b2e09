import { AdaptiveTimeout } from './time-limits.js';

describe('AdaptiveTimeout', () => {
  it('adapts to round trips that grow beyond 100 ms before one of them is late', () => {
    const time = new AdaptiveTimeout();
    const tooLate: number[] = [];
    for (let count = 0; count < 200; count++) {
      const roundTripMs = 60 + ((count * 31) % 81);
      if (roundTripMs > time.limitMs) tooLate.push(roundTripMs);
      time.learn(roundTripMs);
    }
    expect(tooLate).toEqual([]);
  });

  it('is 100 ms for a fast Redis, 400 ms at most, and shrinks again after slow answers', () => {
    const time = new AdaptiveTimeout();
    expect(time.limitMs).toBe(100);
    time.learn(5_000);
    expect(time.limitMs).toBe(400);
    for (let count = 0; count < 300; count++) time.learn(1);
    expect(time.limitMs).toBe(100);
  });

  it('gives a probe less time than a command', () => {
    const time = new AdaptiveTimeout();
    for (const roundTripMs of [0, 100, 1_000]) {
      time.learn(roundTripMs);
      expect(time.probeLimitMs).toBeLessThan(time.limitMs);
    }
  });
});
