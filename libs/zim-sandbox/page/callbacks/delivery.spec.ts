import { zimCallbackRetryDelaysSeconds } from 'zim-protocol';
import { delaysAfterNext, readResendResult, retryDelaysSeconds } from './delivery.js';

const start = Date.parse('2026-11-23T08:00:00.000Z');

/** Attempts that start so many milliseconds after the first and fail 20 ms later. */
const failures = (...afterMs: number[]) =>
  afterMs.map((ms) => ({ at: new Date(start + ms).toISOString(), status: 500, durationMs: 20 }));

it('has the documented retry delays', () => {
  expect(retryDelaysSeconds).toEqual(zimCallbackRetryDelaysSeconds);
});

describe('delaysAfterNext', () => {
  it('lists the delays that remain after each attempt', () => {
    const remaining = (attempts: number[], next: number) =>
      delaysAfterNext({ attempts: failures(...attempts), nextAttemptAt: start + next });
    expect(remaining([0], 2021)).toEqual([4, 8, 16, 32]);
    expect(remaining([0, 2021], 6043)).toEqual([8, 16, 32]);
    expect(remaining([0, 2021, 6043, 14_065, 30_087], 62_109)).toEqual([]);
  });

  it('does not count a manual resend', () => {
    expect(
      delaysAfterNext({ attempts: failures(0, 500, 900), nextAttemptAt: start + 2021 }),
    ).toEqual([4, 8, 16, 32]);
    expect(
      delaysAfterNext({ attempts: failures(0, 2021, 4900), nextAttemptAt: start + 6043 }),
    ).toEqual([8, 16, 32]);
  });

  it('is empty without a next attempt', () => {
    expect(delaysAfterNext({ attempts: failures(0) })).toEqual([]);
  });
});

describe('readResendResult', () => {
  it('reads the result of the last attempt', () => {
    const attempts = [{ status: 500 }, { status: 204, durationMs: 3 }];
    expect(readResendResult({ delivery: { attempts } })).toEqual({ status: 204 });
    expect(
      readResendResult({ delivery: { attempts: [...attempts, { error: 'no answer' }] } }),
    ).toEqual({ error: 'no answer' });
  });

  it('returns undefined for any other content', () => {
    for (const content of [undefined, null, 'text', {}, { delivery: { attempts: [] } }])
      expect(readResendResult(content)).toBeUndefined();
  });
});
