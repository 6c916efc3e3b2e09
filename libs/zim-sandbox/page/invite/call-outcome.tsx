import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { useCodeText } from '../widgets/use-code-text.js';
import { progressOf } from './call-progress.js';
import { type CallResult } from './call-result.js';
import { inviteTexts } from './texts.js';

/** What came of the call, in words. */
export function CallOutcome({ result }: { readonly result: CallResult }) {
  const t = useTexts(inviteTexts);
  switch (result.kind) {
    case 'placed':
      return <PlacedCall result={result} />;
    case 'refused':
      return (
        <div class="result result-refused">
          <p>
            <strong>
              {t.code} {result.code}
            </strong>{' '}
            <CodeMeaning code={result.code} hint={result.hint} />
          </p>
          <Hint hint={result.hint} />
        </div>
      );
    case 'unknown':
      return <p class="result result-unknown">{t.unknown(result.reason)}</p>;
  }
}

/** How the call stands now, not how it stood when it was placed. */
function PlacedCall({ result }: { readonly result: CallResult & { readonly kind: 'placed' } }) {
  const t = useTexts(inviteTexts);
  const appId = useAppId();
  const { callId, invited, failed, hint } = result;
  const call = useConsole(({ calls }) =>
    calls.findLast((one) => one.callId === callId && one.appId === appId),
  );
  const { kind, acceptedBy, ringing } = progressOf(call);
  const list = (userIds: readonly string[]) => userIds.join(', ');
  return (
    <div class={`result result-${kind}`}>
      <p>
        <strong>
          {kind === 'answered' ? t.answered(list(acceptedBy)) : t.progress[kind]}{' '}
          {kind === 'answered' && ringing.length > 0 ? t.stillRinging(list(ringing)) : ''}{' '}
          {t.placedCall(callId, list(invited))}
        </strong>
      </p>
      {failed.map(({ userId, code }) => (
        <p key={userId}>
          {t.notInvited(userId, code)} <CodeMeaning code={code} />
        </p>
      ))}
      <Hint hint={hint} />
    </div>
  );
}

const expired = 100000004;

function CodeMeaning({ code, hint }: { readonly code: number; readonly hint?: string }) {
  const text = useCodeText()(code);
  if (text === undefined) return null;
  // The sandbox signs these calls by its own clock: the hint names the fault that had it expire.
  const isExplained = code === expired && hint !== undefined;
  return (
    <span lang={text.lang}>{isExplained ? text.meaning : `${text.meaning}: ${text.advice}`}</span>
  );
}

function Hint({ hint }: { readonly hint: string | undefined }) {
  return hint === undefined ? null : <p lang="en">{hint}</p>;
}
