import './quota.css';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { type Arrivals } from './arrivals.js';
import { MinuteChart } from './minute-chart.js';
import { quotaTexts } from './texts.js';
import { useArrivals } from './use-arrivals.js';

/** How much of each quota has been used in the last second, and how the last minute was. */
export function QuotaPanel() {
  const t = useTexts(quotaTexts);
  const limit = useConsole((state) => state.sandbox?.callsPerSecond);
  const all = useArrivals(useAppId());
  return (
    <section id="quota" class="panel" aria-labelledby="quota-title">
      <h2 id="quota-title">{t.title}</h2>
      {limit === undefined
        ? undefined
        : all.map((arrivals) => (
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
