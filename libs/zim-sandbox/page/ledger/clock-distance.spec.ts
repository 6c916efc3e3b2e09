import { type JournalEntry } from '../../src/core/journal.js';
import { clockDistance } from './clock-distance.js';
import { sampleEntry } from '../testing/sample-entry.js';

const at = '2026-11-23T08:00:00.900Z';
const nowSeconds = Date.parse('2026-11-23T08:00:00Z') / 1000;

function expired(timestamp: number | string, changes: Partial<JournalEntry> = {}): JournalEntry {
  return sampleEntry({ at, code: 100000004, query: { Timestamp: String(timestamp) }, ...changes });
}

describe('clockDistance', () => {
  it('says how far the Timestamp is behind or ahead, in whole seconds', () => {
    expect(clockDistance(expired(nowSeconds - 611))).toEqual({ kind: 'behind', seconds: 611 });
    expect(clockDistance(expired(nowSeconds + 3600))).toEqual({ kind: 'ahead', seconds: 3600 });
  });

  it('knows milliseconds where ZIM wants seconds', () => {
    expect(clockDistance(expired(nowSeconds * 1000 + 123))).toEqual({ kind: 'milliseconds' });
  });

  it('says nothing of other codes, other clocks and no clock', () => {
    expect(clockDistance(expired(nowSeconds - 611, { code: 100000005 }))).toBeUndefined();
    expect(
      clockDistance(expired(nowSeconds, { fault: { kind: 'clock-skew', id: 1 } })),
    ).toBeUndefined();
    expect(clockDistance(expired('soon'))).toBeUndefined();
    expect(clockDistance(expired(nowSeconds, { query: {} }))).toBeUndefined();
  });
});
