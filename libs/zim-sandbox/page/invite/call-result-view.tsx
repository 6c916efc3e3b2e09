import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { useCodeText } from '../shared/hooks.js';
import { type CallResult, progressOf } from './call-result.js';
import { inviteTexts } from './texts.js';

/** Shows the result of a call placed from the page. */
export function CallResultView({ result }: { readonly result: CallResult }) {
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

/** Shows the current state of the call, which changes after it was placed. */
function PlacedCall({ result }: { readonly result: CallResult & { readonly kind: 'placed' } }) {
  const t = useTexts(inviteTexts);
  const appId = useAppId();
  const { callId, invited, failed, hint } = result;
  const call = useConsole(({ calls }) =>
    calls.findLast((candidate) => candidate.callId === callId && candidate.appId === appId),
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

const signatureExpired = 100000004;

function CodeMeaning({ code, hint }: { readonly code: number; readonly hint?: string }) {
  const text = useCodeText()(code);
  if (text === undefined) return null;
  // The sandbox signs these calls with its own clock, so only a fault makes them expire: the hint names it, and the
  // usual advice does not apply.
  const isInjected = code === signatureExpired && hint !== undefined;
  return (
    <span lang={text.lang}>{isInjected ? text.meaning : `${text.meaning}: ${text.advice}`}</span>
  );
}

function Hint({ hint }: { readonly hint: string | undefined }) {
  return hint === undefined ? null : <p lang="en">{hint}</p>;
}
