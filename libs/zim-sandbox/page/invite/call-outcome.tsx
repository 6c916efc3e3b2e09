import { useTexts } from '../texts/language.js';
import { useCodeText } from '../widgets/use-code-text.js';
import { type CallResult } from './call-result.js';
import { inviteTexts } from './texts.js';

/** What came of the call, in words. */
export function CallOutcome({ result }: { readonly result: CallResult }) {
  const t = useTexts(inviteTexts);
  switch (result.kind) {
    case 'rings':
      return (
        <div class="result result-rings">
          <p>
            <strong>{t.rings(result.callId, result.invited.join(', '))}</strong>
          </p>
          {result.failed.map(({ userId, code }) => (
            <p key={userId}>
              {t.notInvited(userId, code)} <CodeMeaning code={code} />
            </p>
          ))}
          <Hint hint={result.hint} />
        </div>
      );
    case 'refused':
      return (
        <div class="result result-refused">
          <p>
            <strong>
              {t.code} {result.code}
            </strong>{' '}
            <CodeMeaning code={result.code} />
          </p>
          <Hint hint={result.hint} />
        </div>
      );
    case 'unknown':
      return <p class="result result-unknown">{t.unknown(result.reason)}</p>;
    case 'failed':
      return (
        <p class="result result-refused">
          {result.reason === undefined ? t.failed : <span lang="en">{result.reason}</span>}
        </p>
      );
  }
}

function CodeMeaning({ code }: { readonly code: number }) {
  const text = useCodeText()(code);
  if (text === undefined) return null;
  return (
    <span lang={text.lang}>
      {text.meaning}: {text.advice}
    </span>
  );
}

function Hint({ hint }: { readonly hint: string | undefined }) {
  return hint === undefined ? null : <p lang="en">{hint}</p>;
}
