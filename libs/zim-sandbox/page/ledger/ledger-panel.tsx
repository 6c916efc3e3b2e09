import './ledger.css';
import { useTexts } from '../texts/language.js';
import { ledgerTexts } from './texts.js';

export function LedgerPanel() {
  const t = useTexts(ledgerTexts);
  return (
    <section id="ledger" class="panel" aria-labelledby="ledger-title">
      <h2 id="ledger-title">{t.title}</h2>
    </section>
  );
}
