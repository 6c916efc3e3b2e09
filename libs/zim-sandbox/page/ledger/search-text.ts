import { type JournalEntry } from '../../src/core/journal.js';

/** A body can have 128 kB; ten thousand of them are not worth their memory to whoever looks for an id. */
const maxLength = 8192;

const known = new WeakMap<JournalEntry, string>();

/** Everything in a request that somebody may look for, in lower case, what is most looked for first; cut when long. */
export function searchText(entry: JournalEntry): string {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const parts: string[] = [];
  let left = maxLength;
  const add = (value: unknown): void => {
    if (left <= 0 || value === undefined || value === null) return;
    if (typeof value === 'object') {
      for (const [name, item] of Object.entries(value)) {
        if (!Array.isArray(value)) add(name);
        add(item);
      }
      return;
    }
    const text = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, left);
    parts.push(text);
    left -= text.length + 1;
  };
  const { id, action, code, message, hint, callId, rings, failed, fault, query, body } = entry;
  [id, action, code, message, hint, callId, rings, failed, fault, query, body].forEach(add);
  add(entry.path);
  // No space: nobody should find what ends in one field and begins in the next.
  const text = parts.join('\n').toLowerCase();
  known.set(entry, text);
  return text;
}
