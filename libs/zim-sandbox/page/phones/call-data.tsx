import { useTexts } from '../texts/language.js';
import { readableData } from './extended-data.js';
import { phonesTexts } from './texts.js';

/** What came with an invite or an answer. It may be long: whoever has no mouse scrolls it by the keyboard. */
export function CallData({ text }: { readonly text: string | undefined }) {
  const t = useTexts(phonesTexts);
  if (text === undefined || text === '') return undefined;
  return (
    <pre class="call-data" dir="auto" tabIndex={0} role="group" aria-label={t.data}>
      {readableData(text)}
    </pre>
  );
}
