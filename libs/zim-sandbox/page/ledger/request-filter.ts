import { type JournalEntry } from '../../src/core/journal.js';
import { actions } from '../widgets/actions.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { searchText } from './search-text.js';

/** Which requests are shown: those that fit in all that is given. */
export interface RequestFilter {
  /** Anywhere in the request; capitals do not matter. */
  readonly text: string;
  /** `other`: none of {@link actions}. */
  readonly action?: string;
  readonly outcome?: Outcome;
}

export const noFilter: RequestFilter = { text: '' };

export const otherAction = 'other';

/** A filter as a question; `undefined` if everything passes. */
export function passOf({
  text,
  action,
  outcome,
}: RequestFilter): ((entry: JournalEntry) => boolean) | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '' && action === undefined && outcome === undefined) return undefined;
  // The costliest last.
  return (entry) =>
    (outcome === undefined || outcomeOf(entry) === outcome) &&
    (action === undefined || fitsAction(entry.action, action)) &&
    (wanted === '' || searchText(entry).includes(wanted));
}

function fitsAction(action: string | undefined, wanted: string): boolean {
  return wanted === otherAction ? !actions.includes(action ?? '') : action === wanted;
}
