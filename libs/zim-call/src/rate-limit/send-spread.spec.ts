import { Lateness, NetworkJitter } from './send-spread.js';

/** Values spread evenly over a range, in an order that is neither rising nor falling. */
function evenly(count: number, least: number, most: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const part = (index * 0.618_034) % 1;
    return least + part * (most - least);
  });
}

function learned(roundTripsMs: readonly number[], mode: 'strict' | 'efficient' = 'strict') {
  const jitter = new NetworkJitter(mode);
  for (const ms of roundTripsMs) jitter.learn(ms);
  return jitter;
}

describe('NetworkJitter', () => {
  it('assumes 100 ms before the first reply, and a part of the shortest round trip until there are ten', () => {
    expect(new NetworkJitter('strict').ms).toBe(100);
    expect(learned([300, 60, 80]).ms).toBeCloseTo(21);
  });

  it('takes it from how the quicker replies differ, not from slow ones', () => {
    const usual = evenly(200, 100, 140);
    const { ms } = learned(usual);
    expect(ms).toBeGreaterThan(15);
    expect(ms).toBeLessThan(30);
    const withSlowOnes = usual.map((each, index) => (index % 4 === 0 ? each + 300 : each));
    expect(learned(withSlowOnes).ms).toBeLessThan(1.3 * ms);
  });

  it('is almost nothing where all replies take as long', () => {
    expect(learned(evenly(50, 20, 20.5)).ms).toBeLessThan(1);
  });

  it('takes no first replies of new processes for usual ones', () => {
    const quick = evenly(10, 3, 5);
    expect(learned([80, 70, 60, 50, ...quick]).usual.mostMs).toBeLessThanOrEqual(5);
    expect(learned([80, 70, 60, 50, ...evenly(196, 3, 5)]).usual.mostMs).toBeLessThanOrEqual(5);
  });

  it('counts one round trip of twenty as unusual, of a few up to the half of them', () => {
    const firstOf = (count: number) => Array.from({ length: count }, (_, index) => index);
    expect(learned(firstOf(200)).usual.mostMs).toBe(190);
    expect(learned(firstOf(40)).usual.mostMs).toBe(35);
    expect(learned(firstOf(10)).usual.mostMs).toBe(5);
  });

  it('takes a reply for late that is slower than those of a steady server, even if one of ten is', () => {
    const { usual } = learned([...evenly(180, 1, 2), ...evenly(20, 14, 16)]);
    expect(usual.lateMs(14)).toBeGreaterThan(4);
    expect(usual.lateMs(8)).toBe(0);
  });

  it('takes slow replies of a quarter of the requests for late by 20 ms at most', () => {
    const slow = evenly(200, 100, 140).map((ms, index) => (index % 4 === 0 ? ms + 300 : ms));
    expect(learned(slow).usual.lateMs(420)).toBe(20);
    expect(learned(slow).usual.lateMs(140)).toBe(0);
  });

  it('takes what exceeds nineteen of twenty round trips for late by 300 ms at most', () => {
    const { usual } = learned(evenly(200, 100, 140));
    expect(usual.lateMs(1_000)).toBe(300);
    expect(usual.lateMs(200)).toBeCloseTo(62, 0);
  });

  it('follows a network that becomes quieter, after 200 round trips', () => {
    const jitter = learned(evenly(200, 100, 200));
    const { ms: before } = jitter;
    for (const ms of evenly(200, 100, 110)) jitter.learn(ms);
    expect(jitter.ms).toBeLessThan(before / 5);
  });

  it('never exceeds 250 ms', () => {
    expect(learned(evenly(100, 100, 2_000)).ms).toBe(250);
  });

  it('uses the round trips of other instances until it has 100 of its own', () => {
    const jitter = learned([100, 101, 102]);
    jitter.learnShared(evenly(80, 100, 180));
    expect(jitter.ms).toBeGreaterThan(30);
    expect(jitter.needsShared).toBe(true);
    for (const ms of evenly(100, 100, 101)) jitter.learn(ms);
    expect(jitter.needsShared).toBe(false);
    expect(jitter.ms).toBeLessThan(1);
  });

  it('gives each round trip to the other instances once', () => {
    const jitter = learned([1, 2, 3]);
    expect(jitter.takeUnshared()).toEqual([1, 2, 3]);
    jitter.learn(4);
    expect(jitter.takeUnshared()).toEqual([4]);
    expect(jitter.takeUnshared()).toEqual([]);
  });

  it('covers less of it in the mode "efficient", but as much as "strict" where ZIM keeps refusing', () => {
    const roundTripsMs = evenly(100, 100, 180);
    const strict = learned(roundTripsMs);
    const efficient = learned(roundTripsMs, 'efficient');
    expect(efficient.ms).toBeLessThan(strict.ms / 1.7);
    expect(efficient.ms).toBeGreaterThan(0.9 * (strict.ms / 1.7));
    const before = efficient.ms;
    efficient.refused();
    expect(efficient.ms).toBeGreaterThan(1.2 * before);
    for (let count = 0; count < 10; count++) efficient.refused();
    expect(efficient.ms).toBeCloseTo(strict.ms);
    strict.refused();
    expect(strict.ms).toBeCloseTo(efficient.ms);
  });

  it('lets ZIM refuse about one request of a thousand in the mode "efficient"', () => {
    const jitter = learned(evenly(100, 100, 180), 'efficient');
    jitter.refused();
    const { ms: before } = jitter;
    jitter.refused();
    for (const ms of evenly(1_000, 100, 180)) jitter.learn(ms);
    expect(Math.abs(jitter.ms - before) / before).toBeLessThan(0.1);
  });
});

describe('Lateness', () => {
  it('allows twice the latest of the recent slots and 20 ms, at most 200 ms', () => {
    const lateness = new Lateness();
    expect(lateness.limitMs).toBe(60);
    for (let count = 0; count < 100; count++) lateness.learn(1);
    expect(lateness.limitMs).toBeLessThan(25);
    lateness.learn(40);
    expect(lateness.limitMs).toBe(100);
    lateness.learn(1_000);
    expect(lateness.limitMs).toBe(200);
  });

  it('is busy while slots come 8 ms late in the mean', () => {
    const lateness = new Lateness();
    expect(lateness.isBusy).toBe(false);
    lateness.learn(70);
    expect(lateness.isBusy).toBe(false);
    for (let count = 0; count < 5; count++) lateness.learn(20);
    expect(lateness.isBusy).toBe(true);
    for (let count = 0; count < 25; count++) lateness.learn(1);
    expect(lateness.isBusy).toBe(false);
  });
});
