import { type JournalEntry } from '../../src/core/journal.js';

const entriesInPortion = 500;

/** Saves requests as a file of JSON, one in a line. The page goes on meanwhile. */
export async function downloadRequests(entries: readonly JournalEntry[]): Promise<void> {
  const parts = ['[\n'];
  for (let start = 0; start < entries.length; start += entriesInPortion) {
    const portion = entries.slice(start, start + entriesInPortion);
    parts.push(start === 0 ? '' : ',\n', portion.map((entry) => JSON.stringify(entry)).join(',\n'));
    await new Promise((resolve) => setTimeout(resolve));
  }
  parts.push('\n]\n');
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `zim-sandbox-requests-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  // A browser may begin to read it later.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
