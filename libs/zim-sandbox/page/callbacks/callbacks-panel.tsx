import './callbacks.css';
import { useMemo, useState } from 'preact/hooks';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { DeliveryView } from './delivery-view.js';
import { callbacksTexts } from './texts.js';
import { UrlForm } from './url-form.js';

const pageSize = 20;

/** Lists the callbacks of the app, newest first. */
export function CallbacksPanel() {
  const t = useTexts(callbacksTexts);
  const appId = useAppId();
  const allDeliveries = useConsole((state) => state.deliveries);
  const hasUrl = useConsole(({ apps }) =>
    apps.some((app) => app.appId === appId && app.callbackUrl !== null),
  );
  const [limit, setLimit] = useState(pageSize);
  const deliveries = useMemo(
    () => allDeliveries.filter((delivery) => delivery.appId === appId).reverse(),
    [allDeliveries, appId],
  );
  const more = deliveries.length - limit;
  return (
    <section id="callbacks" class="panel" aria-labelledby="callbacks-title">
      <h2 id="callbacks-title">{t.title}</h2>
      <UrlForm />
      {deliveries.length === 0 ? <p class="muted">{t.none}</p> : undefined}
      {deliveries.slice(0, limit).map((delivery) => (
        // Ids start at 1 in each sandbox, so the same id can be another callback after a restart.
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
            setLimit(limit + pageSize);
          }}
        >
          {t.more(more)}
        </button>
      )}
    </section>
  );
}
