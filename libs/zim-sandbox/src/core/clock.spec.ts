import { SandboxClock } from './clock.js';

describe('SandboxClock', () => {
  it('adds what it was advanced by to its source', () => {
    let source = 1000;
    const clock = new SandboxClock(() => source);
    expect(clock.now()).toBe(1000);
    clock.advance(500);
    source = 2000;
    clock.advance(0.5);
    expect(clock.now()).toBe(2500.5);
  });

  it('uses the machine clock by default', () => {
    const before = Date.now();
    const now = new SandboxClock().now();
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('refuses to advance by %p', (step) => {
    const clock = new SandboxClock(() => 0);
    expect(() => {
      clock.advance(step);
    }).toThrow(RangeError);
    expect(clock.now()).toBe(0);
  });
});
