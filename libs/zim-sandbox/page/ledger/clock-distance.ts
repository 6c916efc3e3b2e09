import { type JournalEntry } from '../../src/core/journal.js';

/** How far the Timestamp of a refused signature was off. */
export type ClockDistance =
  /** Of the Timestamp from the sandbox's clock; both from 1 up. */
  | { readonly kind: 'behind' | 'ahead'; readonly seconds: number }
  | { readonly kind: 'milliseconds' };

const expired = 100000004;
/** ZIM's, either way. */
export const allowedSeconds = 600;

/** `undefined` where the clock was not the trouble, or where a fault had it judged by another clock. */
export function clockDistance({ at, query, code, fault }: JournalEntry): ClockDistance | undefined {
  const timestamp = query['Timestamp'];
  if (code !== expired || fault !== undefined || timestamp === undefined) return undefined;
  const sent = Number(timestamp);
  const now = Math.floor(Date.parse(at) / 1000);
  if (Math.abs(Math.floor(sent / 1000) - now) <= allowedSeconds) return { kind: 'milliseconds' };
  const seconds = sent - now;
  if (!Number.isFinite(seconds) || seconds === 0) return undefined;
  return seconds < 0 ? { kind: 'behind', seconds: -seconds } : { kind: 'ahead', seconds };
}
