import { type JournalEntry } from '../../src/core/journal.js';
import { type RefusalCause } from '../../src/core/reply.js';

const signatureExpired = 100000004;

/** Which advice applies to a refusal: that of its cause, of its code, or of a clock that a fault moved. */
export type Fix =
  | { readonly by: 'cause'; readonly cause: RefusalCause }
  | { readonly by: 'injected-clock' }
  | { readonly by: 'code'; readonly code: number };

/** Returns which advice applies; `undefined` if nothing was refused. */
export function fixOf({ code, cause, fault }: JournalEntry): Fix | undefined {
  if (code === undefined || code === 0) return undefined;
  if (fault?.kind === 'clock-skew' && code === signatureExpired) return { by: 'injected-clock' };
  // The client received the injected code, not the sandbox's own refusal.
  if (cause === undefined || fault?.kind === 'code') return { by: 'code', code };
  return { by: 'cause', cause };
}

/** How far the Timestamp of a refused request was off. */
export type ClockDeviation =
  /** In whole seconds from the sandbox's clock, at least 1. */
  | { readonly kind: 'behind' | 'ahead'; readonly seconds: number }
  | { readonly kind: 'milliseconds' };

/** The deviation that ZIM allows in either direction. */
export const allowedSeconds = 600;

/** Returns how far the Timestamp was off; `undefined` if the signature had not expired, or because of a fault. */
export function clockDeviation({
  at,
  query,
  code,
  fault,
}: JournalEntry): ClockDeviation | undefined {
  const timestamp = query['Timestamp'];
  if (code !== signatureExpired || fault !== undefined || timestamp === undefined) return undefined;
  const sent = Number(timestamp);
  const now = Math.floor(Date.parse(at) / 1000);
  if (Math.abs(Math.floor(sent / 1000) - now) <= allowedSeconds) return { kind: 'milliseconds' };
  const seconds = sent - now;
  if (!Number.isFinite(seconds) || seconds === 0) return undefined;
  return seconds < 0 ? { kind: 'behind', seconds: -seconds } : { kind: 'ahead', seconds };
}
