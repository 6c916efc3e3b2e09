import './quota.css';
import { useTexts } from '../texts/language.js';
import { quotaTexts } from './texts.js';

export function QuotaPanel() {
  const t = useTexts(quotaTexts);
  return (
    <section id="quota" class="panel" aria-labelledby="quota-title">
      <h2 id="quota-title">{t.title}</h2>
    </section>
  );
}
