import { type JournalEntry } from '../../src/core/journal.js';
import { sampleEntry } from '../testing/samples.js';
import { clockDeviation, fixOf } from './diagnosis.js';

describe('fixOf', () => {
  it('uses the cause that the sandbox found', () => {
    expect(fixOf(sampleEntry({ code: 100000004, cause: 'timestamp-milliseconds' }))).toEqual({
      by: 'cause',
      cause: 'timestamp-milliseconds',
    });
  });

  it('uses the code if the sandbox reports no cause', () => {
    expect(fixOf(sampleEntry({ code: 660500002 }))).toEqual({ by: 'code', code: 660500002 });
  });

  it("does not blame the client's clock for an injected clock skew", () => {
    expect(
      fixOf(
        sampleEntry({
          code: 100000004,
          cause: 'timestamp-behind',
          fault: { kind: 'clock-skew', id: 1 },
        }),
      ),
    ).toEqual({ by: 'injected-clock' });
  });

  it('uses an injected code, whatever the cause', () => {
    expect(
      fixOf(
        sampleEntry({
          code: 660300005,
          cause: 'timestamp-behind',
          fault: { kind: 'code', when: 'after', id: 1 },
        }),
      ),
    ).toEqual({ by: 'code', code: 660300005 });
  });

  it('returns undefined if nothing was refused', () => {
    expect(fixOf(sampleEntry({ code: 0 }))).toBeUndefined();
    expect(
      fixOf(sampleEntry({ code: undefined, fault: { kind: 'hang', when: 'before' } })),
    ).toBeUndefined();
  });
});

describe('clockDeviation', () => {
  const at = '2026-11-23T08:00:00.900Z';
  const nowSeconds = Date.parse('2026-11-23T08:00:00Z') / 1000;
  const expired = (timestamp: number | string, changes: Partial<JournalEntry> = {}) =>
    sampleEntry({ at, code: 100000004, query: { Timestamp: String(timestamp) }, ...changes });

  it('returns how far the Timestamp is behind or ahead, in whole seconds', () => {
    expect(clockDeviation(expired(nowSeconds - 611))).toEqual({ kind: 'behind', seconds: 611 });
    expect(clockDeviation(expired(nowSeconds + 3600))).toEqual({ kind: 'ahead', seconds: 3600 });
  });

  it('recognizes a Timestamp in milliseconds', () => {
    expect(clockDeviation(expired(nowSeconds * 1000 + 123))).toEqual({ kind: 'milliseconds' });
  });

  it('returns undefined for other codes, an injected clock skew, and a missing or invalid Timestamp', () => {
    expect(clockDeviation(expired(nowSeconds - 611, { code: 100000005 }))).toBeUndefined();
    expect(
      clockDeviation(expired(nowSeconds, { fault: { kind: 'clock-skew', id: 1 } })),
    ).toBeUndefined();
    expect(clockDeviation(expired('soon'))).toBeUndefined();
    expect(clockDeviation(expired(nowSeconds, { query: {} }))).toBeUndefined();
  });
});
