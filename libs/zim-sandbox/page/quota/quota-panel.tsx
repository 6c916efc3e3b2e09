import './quota.css';
import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import { StoreContext, useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { type Arrivals, arrivalsOf } from './arrivals.js';
import { MinuteChart } from './minute-chart.js';
import { quotaTexts } from './texts.js';

/** Shows for each Action how much of its quota the last second used, and the last minute as a chart. */
export function QuotaPanel() {
  const t = useTexts(quotaTexts);
  const limit = useConsole((state) => state.sandbox?.callsPerSecond);
  const arrivalsByAction = useArrivals(useAppId());
  return (
    <section id="quota" class="panel" aria-labelledby="quota-title">
      <h2 id="quota-title">{t.title}</h2>
      {limit === undefined
        ? undefined
        : arrivalsByAction.map((arrivals) => (
            <div key={arrivals.action} class="quota">
              <QuotaMeter arrivals={arrivals} limit={limit} />
              <MinuteChart arrivals={arrivals} limit={limit} />
            </div>
          ))}
    </section>
  );
}

function QuotaMeter({ arrivals, limit }: { readonly arrivals: Arrivals; readonly limit: number }) {
  const t = useTexts(quotaTexts);
  const { action, lastSecond } = arrivals;
  const isOver = lastSecond > limit;
  const text = `${t.used(lastSecond, limit)}${isOver ? ` · ${t.over}` : ''}`;
  return (
    <>
      <p class="quota-line">
        <span>{action}</span>
        <strong class={isOver ? 'error' : ''}>{text}</strong>
      </p>
      <div
        class="meter"
        role="meter"
        aria-label={t.lastSecond(action)}
        aria-valuemin={0}
        aria-valuemax={limit}
        aria-valuenow={Math.min(lastSecond, limit)}
        aria-valuetext={text}
      >
        <span
          class={isOver ? 'meter-fill meter-over' : 'meter-fill'}
          style={{ width: `${Math.min(100, (100 * lastSecond) / limit)}%` }}
        />
      </div>
    </>
  );
}

const updateIntervalMs = 200;

/** Returns the arrivals of the last minute at an app, updated five times a second until there are none. */
function useArrivals(appId: number): readonly Arrivals[] {
  const store = useContext(StoreContext);
  const [arrivals, setArrivals] = useState(() => arrivalsOf([], 0));
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = (): void => {
      const { requests, clockOffsetMs } = store.state;
      const next = arrivalsOf(requests[appId] ?? [], Date.now() + clockOffsetMs);
      setArrivals(next);
      const isEmpty = next.every(({ seconds }) => seconds.every(({ arrived }) => arrived === 0));
      timer = isEmpty ? undefined : setTimeout(update, updateIntervalMs);
    };
    update();
    const unsubscribe = store.subscribe(() => {
      if (timer === undefined) update();
    });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [store, appId]);
  return arrivals;
}
