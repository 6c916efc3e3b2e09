import { type JournalEntry } from '../../src/core/journal.js';

const batchSize = 500;

/** Saves requests as a JSON file, one per line. Serializes in batches, so that the page stays responsive. */
export async function downloadRequests(entries: readonly JournalEntry[]): Promise<void> {
  const parts = ['[\n'];
  for (let start = 0; start < entries.length; start += batchSize) {
    const batch = entries.slice(start, start + batchSize);
    parts.push(start === 0 ? '' : ',\n', batch.map((entry) => JSON.stringify(entry)).join(',\n'));
    await new Promise((resolve) => setTimeout(resolve));
  }
  parts.push('\n]\n');
  const url = URL.createObjectURL(new Blob(parts, { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `zim-sandbox-requests-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  // The browser may read the blob only after the click.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 60_000);
}
