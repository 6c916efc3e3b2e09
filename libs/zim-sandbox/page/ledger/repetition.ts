import { type JournalEntry } from '../../src/core/journal.js';

/** What a row says of earlier requests: only the last two are worth a warning. */
export interface Repetition {
  readonly kind: 'none' | 'same-content' | 'overlaps' | 'reuses-nonce';
  /** Requests with the same content so far, this one included. */
  readonly count: number;
}

export function repetitionOf({ attempt, overlaps, reusesNonce }: JournalEntry): Repetition {
  const kind = attempt > 1 ? 'same-content' : 'none';
  return { kind: reusesNonce ? 'reuses-nonce' : overlaps ? 'overlaps' : kind, count: attempt };
}
