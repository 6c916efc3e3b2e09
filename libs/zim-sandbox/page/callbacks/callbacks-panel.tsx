import './callbacks.css';
import { useMemo, useState } from 'preact/hooks';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { DeliveryView } from './delivery-view.js';
import { callbacksTexts } from './texts.js';
import { UrlForm } from './url-form.js';

const atOnce = 20;

/** What the sandbox tells the app, newest first. */
export function CallbacksPanel() {
  const t = useTexts(callbacksTexts);
  const appId = useAppId();
  const all = useConsole((state) => state.deliveries);
  const hasUrl = useConsole(({ apps }) =>
    apps.some((app) => app.appId === appId && app.callbackUrl !== null),
  );
  const [limit, setLimit] = useState(atOnce);
  const deliveries = useMemo(
    () => all.filter((delivery) => delivery.appId === appId).reverse(),
    [all, appId],
  );
  const more = deliveries.length - limit;
  return (
    <section id="callbacks" class="panel" aria-labelledby="callbacks-title">
      <h2 id="callbacks-title">{t.title}</h2>
      <UrlForm />
      {deliveries.length === 0 ? <p class="muted">{t.none}</p> : undefined}
      {deliveries.slice(0, limit).map((delivery) => (
        // Another sandbox counts anew: the same id is not the same callback.
        <DeliveryView
          key={`${delivery.id} ${delivery.callId ?? ''}`}
          delivery={delivery}
          hasUrl={hasUrl}
        />
      ))}
      {more <= 0 ? undefined : (
        <button
          type="button"
          onClick={() => {
            setLimit(limit + atOnce);
          }}
        >
          {t.more(more)}
        </button>
      )}
    </section>
  );
}
