import './faults.css';
import { useTexts } from '../texts/language.js';
import { faultsTexts } from './texts.js';

export function FaultsPanel() {
  const t = useTexts(faultsTexts);
  return (
    <section id="faults" class="panel" aria-labelledby="faults-title">
      <h2 id="faults-title">{t.title}</h2>
    </section>
  );
}
