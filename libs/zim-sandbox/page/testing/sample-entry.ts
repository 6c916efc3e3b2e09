import { type JournalEntry } from '../../src/core/journal.js';

/** A request of an app, for specs. */
export function sampleEntry(changes: Partial<JournalEntry> = {}): JournalEntry {
  return {
    id: 1,
    at: '2026-11-23T08:00:00.000Z',
    appId: 12345,
    action: 'CallInvite',
    method: 'POST',
    path: '/',
    query: {},
    signature: 'verified',
    executed: true,
    attempt: 1,
    reusesNonce: false,
    overlaps: false,
    code: 0,
    durationMs: 1.2,
    ...changes,
  };
}
