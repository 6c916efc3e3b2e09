import { useState } from 'preact/hooks';
import { type ConsoleDelivery } from '../../src/console/console-events.js';
import { ask } from '../feed/api.js';
import { useNow } from '../feed/hooks.js';
import { useTexts } from '../texts/language.js';
import { FailureText } from '../widgets/failure-text.js';
import { JsonView } from '../widgets/json-view.js';
import { memo } from '../widgets/memo.js';
import { useDeed } from '../widgets/use-deed.js';
import { useFormats } from '../widgets/use-formats.js';
import { waitsAfterNext } from './ladder.js';
import { readResent, type Resent } from './resent.js';
import { callbacksTexts } from './texts.js';

const symbols = { pending: '…', delivered: '✓', dropped: '✕', undeliverable: '–' };

/** One callback and its way. Drawn anew only when it changes. */
export const DeliveryView = memo(function Delivery({
  delivery,
  hasUrl,
}: {
  readonly delivery: ConsoleDelivery;
  /** Whether callbacks are sent anywhere now, whatever was the case when this one came into being. */
  readonly hasUrl: boolean;
}) {
  const t = useTexts(callbacksTexts);
  const { id, event, callId, state, body } = delivery;
  const deed = useDeed();
  const [resent, setResent] = useState<Resent>();
  const resend = async () => {
    const answer = await ask('POST', '/__/callbacks/resend', { id });
    setResent(answer.ok ? readResent(answer.content) : undefined);
    return answer;
  };
  return (
    <article class="delivery" aria-label={`${event} ${id}`}>
      <header class="delivery-head">
        <h3>
          <code>{event}</code>
        </h3>
        <span class={`delivery-state delivery-${state}`}>
          <span aria-hidden="true">{symbols[state]} </span>
          {t.states[state]}
          {state === 'undeliverable' ? ` (${hasUrl ? t.hadNoUrl : t.noUrl})` : undefined}
        </span>
        {callId === undefined ? undefined : <span class="muted">{t.call(callId)}</span>}
        <button
          type="button"
          disabled={!hasUrl}
          title={hasUrl ? undefined : t.noUrl}
          aria-disabled={deed.isBusy}
          onClick={() => {
            deed.act(resend);
          }}
        >
          {deed.isBusy ? t.resending : t.resend}
        </button>
      </header>
      <Attempts delivery={delivery} />
      <p role="status" class="muted">
        {resent === undefined || deed.isBusy ? '' : <Result of={resent} />}
      </p>
      <FailureText of={deed.failure} />
      <details>
        <summary>{t.body}</summary>
        <JsonView name={`${t.body}: ${event} ${id}`} value={body} />
      </details>
    </article>
  );
});

function Result({ of: { status, error } }: { readonly of: Resent }) {
  const t = useTexts(callbacksTexts);
  if (status !== undefined) return <>{t.resent(status)}</>;
  return (
    <>
      {t.resentInVain} <span lang="en">{error}</span>
    </>
  );
}

/** Those that were made, and those that come if all fail. */
function Attempts({ delivery }: { readonly delivery: ConsoleDelivery }) {
  const { attempts, nextAttemptAt } = delivery;
  const t = useTexts(callbacksTexts);
  const { timeOfDay, duration } = useFormats();
  if (attempts.length === 0) return null;
  return (
    <ol class="attempts" aria-label={t.attempts}>
      {attempts.map(({ at, status, error, durationMs }, index) => (
        <li
          key={index}
          class={status !== undefined && status < 300 ? 'attempt-good' : 'attempt-bad'}
        >
          <span class="mono">{timeOfDay(at)}</span>{' '}
          <strong lang={status === undefined ? 'en' : undefined}>{status ?? error}</strong>{' '}
          <span class="muted">{duration(durationMs)}</span>
        </li>
      ))}
      {nextAttemptAt === undefined ? undefined : <NextAttempt at={nextAttemptAt} />}
      {waitsAfterNext(delivery).map((seconds) => (
        <li key={`wait-${seconds}`} class="muted">
          {t.then(seconds)}
        </li>
      ))}
    </ol>
  );
}

function NextAttempt({ at }: { readonly at: number }) {
  const t = useTexts(callbacksTexts);
  const seconds = Math.max(0, Math.ceil((at - useNow(250)) / 1000));
  return <li class="attempt-next">{t.nextIn(seconds)}</li>;
}
