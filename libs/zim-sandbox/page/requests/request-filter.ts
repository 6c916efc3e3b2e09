import { type JournalEntry } from '../../src/core/journal.js';
import { sandboxActions } from '../shared/sandbox-actions.js';
import { outcomeOf, type Outcome } from './outcome.js';

/** Which requests are shown: those that match every given field. */
export interface RequestFilter {
  /** Any part of the request, ignoring case. */
  readonly text: string;
  /** {@link otherAction} matches every Action that the sandbox does not emulate. */
  readonly action?: string;
  readonly outcome?: Outcome;
}

export const noFilter: RequestFilter = { text: '' };

export const otherAction = 'other';

/** Returns the filter as a predicate; `undefined` if every request matches. */
export function predicateOf({
  text,
  action,
  outcome,
}: RequestFilter): ((entry: JournalEntry) => boolean) | undefined {
  const query = text.trim().toLowerCase();
  if (query === '' && action === undefined && outcome === undefined) return undefined;
  // The most expensive condition last.
  return (entry) =>
    (outcome === undefined || outcomeOf(entry) === outcome) &&
    (action === undefined || matchesAction(entry.action, action)) &&
    (query === '' || searchText(entry).includes(query));
}

function matchesAction(action: string | undefined, filter: string): boolean {
  return filter === otherAction ? !sandboxActions.includes(action ?? '') : action === filter;
}

/** Limits the memory of the search texts: 10,000 requests can have bodies of 128 kB each. */
const maxLength = 8192;

const searchTexts = new WeakMap<JournalEntry, string>();

/** Returns the searchable text of a request in lower case, most important fields first, truncated to 8192 characters. */
export function searchText(entry: JournalEntry): string {
  const cached = searchTexts.get(entry);
  if (cached !== undefined) return cached;
  const parts: string[] = [];
  let remaining = maxLength;
  const add = (value: unknown): void => {
    if (remaining <= 0 || value === undefined || value === null) return;
    if (typeof value === 'object') {
      for (const [name, item] of Object.entries(value)) {
        if (!Array.isArray(value)) add(name);
        add(item);
      }
      return;
    }
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, remaining);
    parts.push(text);
    remaining -= text.length + 1;
  };
  const { id, action, code, message, hint, callId, rings, failed, fault, query, body } = entry;
  [id, action, code, message, hint, callId, rings, failed, fault, query, body].forEach(add);
  add(entry.path);
  // A newline, which no search contains, so that no match spans two fields.
  const text = parts.join('\n').toLowerCase();
  searchTexts.set(entry, text);
  return text;
}
