import { useMemo } from 'preact/hooks';
import { useTexts } from '../texts/language.js';
import { readableData } from './extended-data.js';
import { phonesTexts } from './texts.js';

/** What came with an invite or an answer. It may be long: whoever has no mouse scrolls it by the keyboard. */
export function CallData({ text }: { readonly text: string | undefined }) {
  const t = useTexts(phonesTexts);
  const readable = useMemo(() => readableData(text ?? ''), [text]);
  if (text === undefined || text === '') return undefined;
  return (
    <pre class="call-data" dir="auto" tabIndex={0} role="group" aria-label={t.data}>
      {readable}
    </pre>
  );
}
