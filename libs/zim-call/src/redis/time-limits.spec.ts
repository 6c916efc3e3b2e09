import { AdaptiveTimeout } from './time-limits.js';

describe('AdaptiveTimeout', () => {
  it('lets round trips cross 100 ms without taking Redis for unavailable', () => {
    const time = new AdaptiveTimeout();
    const tooLate: number[] = [];
    for (let count = 0; count < 200; count++) {
      const roundTripMs = 60 + ((count * 31) % 81);
      if (roundTripMs > time.limitMs) tooLate.push(roundTripMs);
      time.learn(roundTripMs);
    }
    expect(tooLate).toEqual([]);
  });

  it('waits 100 ms for a quick Redis, never more than 400 ms, and forgets what was slow', () => {
    const time = new AdaptiveTimeout();
    expect(time.limitMs).toBe(100);
    time.learn(5_000);
    expect(time.limitMs).toBe(400);
    for (let count = 0; count < 300; count++) time.learn(1);
    expect(time.limitMs).toBe(100);
  });

  it('asks more of a Redis that is to come back than of one that is there', () => {
    const time = new AdaptiveTimeout();
    for (const roundTripMs of [0, 100, 1_000]) {
      time.learn(roundTripMs);
      expect(time.probeLimitMs).toBeLessThan(time.limitMs);
    }
  });
});
