import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import { retryWaitsSeconds, waitsAfterNext } from './ladder.js';

const start = Date.parse('2026-11-23T08:00:00.000Z');

/** Attempts that began so many milliseconds after the first, and failed 20 ms later. */
const failures = (...afterMs: number[]) =>
  afterMs.map((ms) => ({ at: new Date(start + ms).toISOString(), status: 500, durationMs: 20 }));

it('has the documented waits', () => {
  expect(retryWaitsSeconds).toEqual(zimCallbackRetryDelaysSeconds);
});

describe('waitsAfterNext', () => {
  it('goes up step by step', () => {
    const ladder = (attempts: number[], next: number) =>
      waitsAfterNext({ attempts: failures(...attempts), nextAttemptAt: start + next });
    expect(ladder([0], 2021)).toEqual([4, 8, 16, 32]);
    expect(ladder([0, 2021], 6043)).toEqual([8, 16, 32]);
    expect(ladder([0, 2021, 6043, 14_065, 30_087], 62_109)).toEqual([]);
  });

  it('takes no resending for a step', () => {
    expect(
      waitsAfterNext({ attempts: failures(0, 500, 900), nextAttemptAt: start + 2021 }),
    ).toEqual([4, 8, 16, 32]);
    expect(
      waitsAfterNext({ attempts: failures(0, 2021, 4900), nextAttemptAt: start + 6043 }),
    ).toEqual([8, 16, 32]);
  });

  it('is empty where nothing is to come', () => {
    expect(waitsAfterNext({ attempts: failures(0) })).toEqual([]);
  });
});
