import { useState } from 'preact/hooks';
import { type ConsoleDelivery } from '../../src/console/console-events.js';
import { requestControl } from '../feed/control-api.js';
import { useNow } from '../feed/hooks.js';
import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { JsonView } from '../shared/json-view.js';
import { memo } from '../shared/memo.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { delaysAfterNext, readResendResult, type ResendResult } from './delivery.js';
import { callbacksTexts } from './texts.js';

const symbols = { pending: '…', delivered: '✓', dropped: '✕', undeliverable: '–' };

/** Shows one callback with its delivery attempts. Memoized, because the list is long. */
export const DeliveryView = memo(function Delivery({
  delivery,
  hasUrl,
}: {
  readonly delivery: ConsoleDelivery;
  /** Whether the app has a callback URL now. */
  readonly hasUrl: boolean;
}) {
  const t = useTexts(callbacksTexts);
  const { id, event, callId, state, body } = delivery;
  const mutation = useMutation();
  const [result, setResult] = useState<ResendResult>();
  const resend = async () => {
    const reply = await requestControl('POST', '/__/callbacks/resend', { id });
    setResult(reply.ok ? readResendResult(reply.content) : undefined);
    return reply;
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
          aria-disabled={mutation.isPending}
          onClick={() => {
            mutation.run(resend);
          }}
        >
          {mutation.isPending ? t.resending : t.resend}
        </button>
      </header>
      <Attempts delivery={delivery} />
      <p role="status" class="muted">
        {result === undefined || mutation.isPending ? '' : <ResendResultText result={result} />}
      </p>
      <FailureText failure={mutation.failure} />
      <details>
        <summary>{t.body}</summary>
        <JsonView name={`${t.body}: ${event} ${id}`} value={body} />
      </details>
    </article>
  );
});

function ResendResultText({ result: { status, error } }: { readonly result: ResendResult }) {
  const t = useTexts(callbacksTexts);
  if (status !== undefined) return <>{t.resent(status)}</>;
  return (
    <>
      {t.resentWithoutResponse} <span lang="en">{error}</span>
    </>
  );
}

/** Lists the past attempts, and the ones that follow as long as each attempt fails. */
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
          class={status !== undefined && status < 300 ? 'attempt-succeeded' : 'attempt-failed'}
        >
          <span class="mono">{timeOfDay(at)}</span>{' '}
          <strong lang={status === undefined ? 'en' : undefined}>{status ?? error}</strong>{' '}
          <span class="muted">{duration(durationMs)}</span>
        </li>
      ))}
      {nextAttemptAt === undefined ? undefined : <NextAttempt at={nextAttemptAt} />}
      {delaysAfterNext(delivery).map((seconds) => (
        <li key={`delay-${seconds}`} class="muted">
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
