import { useState } from 'preact/hooks';
import { ask } from '../feed/api.js';
import { useConsole, useNow } from '../feed/hooks.js';
import { useTexts } from '../texts/language.js';
import { useFormats } from '../widgets/use-formats.js';
import { FailureText } from '../widgets/failure-text.js';
import { faultsTexts } from './texts.js';
import { useDeed } from '../widgets/use-deed.js';

const jumps = [10, 60, 660] as const;

/** The sandbox's time, and how to move it. */
export function ClockPanel() {
  const t = useTexts(faultsTexts);
  const [seconds, setSeconds] = useState('30');
  const deed = useDeed();
  const advance = (by: number): void => {
    deed.act(() => ask('POST', '/__/clock/advance', { ms: Math.round(by * 1000) }));
  };
  return (
    <>
      <h3>{t.clock}</h3>
      <ClockFace />
      <div class="buttons">
        {jumps.map((by) => (
          <button
            key={by}
            type="button"
            aria-disabled={deed.isBusy}
            onClick={() => {
              advance(by);
            }}
          >
            {t.advanceBy[by]}
          </button>
        ))}
      </div>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          advance(Number(seconds));
        }}
      >
        <label class="check">
          {t.seconds}
          <input
            type="number"
            min={0}
            step="any"
            required
            value={seconds}
            onInput={({ currentTarget }) => {
              setSeconds(currentTarget.value);
            }}
          />
        </label>
        <button type="submit" aria-disabled={deed.isBusy}>
          {deed.isBusy ? t.advancing : t.advance}
        </button>
      </form>
      <p class="muted hint">{t.forwardOnly}</p>
      <FailureText of={deed.failure} />
    </>
  );
}

function ClockFace() {
  const t = useTexts(faultsTexts);
  const { dateAndTime } = useFormats();
  const aheadSeconds = useConsole((state) => Math.round(state.clockOffsetMs / 1000));
  const now = Math.floor(useNow(250) / 1000) * 1000;
  return (
    <p>
      {t.now}: <span class="mono">{dateAndTime(now)}</span>
      <br />
      <span class="muted">{aheadSeconds === 0 ? t.same : t.ahead(aheadSeconds)}</span>
    </p>
  );
}
