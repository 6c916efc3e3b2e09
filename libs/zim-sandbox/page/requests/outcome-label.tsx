import { type JournalEntry } from '../../src/core/journal.js';
import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { outcomeOf, type Outcome } from './outcome.js';
import { requestsTexts } from './texts.js';

const symbols: Readonly<Record<Outcome, string>> = { success: '✓', refused: '✕', fault: '⚡' };

/** Shows the outcome of a request as a symbol and a text. */
export function OutcomeLabel({ entry }: { readonly entry: JournalEntry }) {
  const t = useTexts(requestsTexts);
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
