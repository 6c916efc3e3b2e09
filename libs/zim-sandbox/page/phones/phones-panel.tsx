import './phones.css';
import { useTexts } from '../texts/language.js';
import { phonesTexts } from './texts.js';

export function PhonesPanel(_: { readonly isSoundOn: boolean }) {
  const t = useTexts(phonesTexts);
  return (
    <section id="phones" class="panel" aria-labelledby="phones-title">
      <h2 id="phones-title">{t.title}</h2>
    </section>
  );
}
