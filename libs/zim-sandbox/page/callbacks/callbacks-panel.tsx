import './callbacks.css';
import { useTexts } from '../texts/language.js';
import { callbacksTexts } from './texts.js';

export function CallbacksPanel() {
  const t = useTexts(callbacksTexts);
  return (
    <section id="callbacks" class="panel" aria-labelledby="callbacks-title">
      <h2 id="callbacks-title">{t.title}</h2>
    </section>
  );
}
