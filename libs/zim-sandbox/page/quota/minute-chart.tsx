import { useId } from 'preact/hooks';
import { useTexts } from '../shared/contexts.js';
import { type Arrivals, secondsShown, summaryOf } from './arrivals.js';
import { quotaTexts } from './texts.js';

const height = 40;

/** Shows the requests that the quota counted in each second of the last minute; refused ones are hatched. */
export function MinuteChart({
  arrivals,
  limit,
}: {
  readonly arrivals: Arrivals;
  readonly limit: number;
}) {
  const t = useTexts(quotaTexts);
  const hatchId = useId();
  const summary = summaryOf(arrivals);
  const unit = height / Math.max(limit * 1.2, summary.peak);
  return (
    <>
      <svg
        class="minute"
        role="img"
        aria-label={t.minute(summary)}
        viewBox={`0 0 ${secondsShown} ${height}`}
        preserveAspectRatio="none"
      >
        <defs>
          <pattern id={hatchId} width="0.5" height="3" patternUnits="userSpaceOnUse">
            <rect width="0.5" height="3" class="minute-refused-background" />
            <rect width="0.5" height="1.5" class="minute-refused" />
          </pattern>
        </defs>
        {arrivals.seconds.map(({ counted, refused }, index) => (
          <g key={index}>
            <rect
              class="minute-accepted"
              x={index + 0.1}
              width="0.8"
              y={height - (counted - refused) * unit}
              height={(counted - refused) * unit}
            />
            <rect
              fill={`url(#${hatchId})`}
              x={index + 0.1}
              width="0.8"
              y={height - counted * unit}
              height={refused * unit}
            />
          </g>
        ))}
        <line
          class="minute-limit"
          x2={secondsShown}
          y1={height - limit * unit}
          y2={height - limit * unit}
        />
      </svg>
      <p class="muted hint" aria-hidden="true">
        {t.minute(summary)}
      </p>
    </>
  );
}
