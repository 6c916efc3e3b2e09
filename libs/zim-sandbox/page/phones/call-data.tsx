import { useMemo } from 'preact/hooks';
import { useTexts } from '../shared/contexts.js';
import { readableData } from './extended-data.js';
import { phonesTexts } from './texts.js';

/** Shows the extended data of an invite or an answer; focusable, so that the keyboard can scroll it. */
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
