import { RemoteClock } from './remote-clock.js';

/** The remote clock is a thousand seconds ahead. */
const aheadMs = 1_000_000;

function clockAfter(...answers: { sentMs: number; thereMs: number; backMs: number }[]) {
  const clock = new RemoteClock();
  for (const { sentMs, thereMs, backMs } of answers) {
    clock.learn(sentMs, sentMs + thereMs + backMs, sentMs + thereMs + aheadMs);
  }
  return clock;
}

describe('RemoteClock', () => {
  it('knows nothing before the first reply', () => {
    expect(new RemoteClock().toRemote(5)).toBeUndefined();
    expect(new RemoteClock().uncertaintyMs(5)).toBe(0);
  });

  it.each([
    { thereMs: 40, backMs: 40 },
    { thereMs: 79, backMs: 1 },
    { thereMs: 1, backMs: 79 },
  ])(
    'is never early, whatever part of the round trip each way takes (%o)',
    ({ thereMs, backMs }) => {
      const clock = clockAfter({ sentMs: 0, thereMs, backMs });
      expect(clock.toRemote(80)).toBeGreaterThanOrEqual(80 + aheadMs);
      expect(clock.toRemote(80)).toBeLessThanOrEqual(80 + aheadMs + thereMs);
      expect(clock.toLocal(500 + aheadMs)).toBeGreaterThanOrEqual(500);
      expect(clock.toLocal(500 + aheadMs)).toBeLessThanOrEqual(500 + backMs);
      expect(clock.uncertaintyMs(80)).toBeCloseTo(80);
    },
  );

  it('learns from the quickest reply in each direction', () => {
    const clock = clockAfter(
      { sentMs: 0, thereMs: 40, backMs: 40 },
      { sentMs: 100, thereMs: 2, backMs: 60 },
      { sentMs: 200, thereMs: 60, backMs: 3 },
    );
    expect(clock.uncertaintyMs(263)).toBeLessThan(5.5);
    expect(clock.toRemote(263)).toBeGreaterThanOrEqual(263 + aheadMs);
    expect(clock.toLocal(263 + aheadMs)).toBeGreaterThanOrEqual(263);
  });

  it('allows for clocks that drift apart between replies', () => {
    const clock = clockAfter({ sentMs: 0, thereMs: 1, backMs: 1 });
    expect(clock.uncertaintyMs(60_000)).toBeGreaterThan(30);
    clock.learn(60_000, 60_002, 60_001 + aheadMs + 20);
    expect(clock.steps).toBe(0);
    expect(clock.uncertaintyMs(60_002)).toBeLessThanOrEqual(2);
  });

  it.each([2_000, -2_000, 100, -100])(
    'notices that the remote clock was set by %d ms',
    (stepMs) => {
      const clock = clockAfter({ sentMs: 0, thereMs: 1, backMs: 1 });
      clock.learn(100, 102, 101 + aheadMs + stepMs);
      expect(clock.steps).toBe(1);
      expect(clock.toRemote(102)).toBeCloseTo(103 + aheadMs + stepMs);
      clock.learn(200, 202, 201 + aheadMs + stepMs);
      expect(clock.steps).toBe(1);
    },
  );

  it('does not take a slow reply for a clock that was set', () => {
    const clock = clockAfter({ sentMs: 0, thereMs: 1, backMs: 1 });
    for (const [thereMs, backMs] of [
      [390, 5],
      [5, 390],
      [2_000, 2_000],
    ] as const) {
      clock.learn(1_000, 1_000 + thereMs + backMs, 1_000 + thereMs + aheadMs);
    }
    expect(clock.steps).toBe(0);
  });
});
