import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../texts/language.js';
import { useFormats } from '../widgets/use-formats.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { ledgerTexts } from './texts.js';

const symbols: Readonly<Record<Outcome, string>> = { success: '✓', refused: '✕', fault: '⚡' };

/** How a request ended, in a symbol and a few words. */
export function OutcomeMark({ entry }: { readonly entry: JournalEntry }) {
  const t = useTexts(ledgerTexts);
  const { number } = useFormats();
  const { fault, executed, failed = [] } = entry;
  const outcome = outcomeOf(entry);
  const success =
    failed.length === 0 ? t.outcomes.success : t.partialSuccess(number(failed.length));
  return (
    <span class={`outcome outcome-${outcome}`}>
      <span aria-hidden="true">{symbols[outcome]} </span>
      {fault === undefined
        ? outcome === 'success'
          ? success
          : t.outcomes[outcome]
        : t.faultOf(fault.kind, executed)}
    </span>
  );
}
