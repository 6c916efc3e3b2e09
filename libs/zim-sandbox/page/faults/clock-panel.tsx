import { useState } from 'preact/hooks';
import { requestControl } from '../feed/control-api.js';
import { useConsole, useNow } from '../feed/hooks.js';
import { useTexts } from '../shared/contexts.js';
import { useFormats } from '../shared/hooks.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { faultsTexts } from './texts.js';

const steps = [10, 60, 660] as const;

/** Shows the sandbox's time and advances it. */
export function ClockPanel() {
  const t = useTexts(faultsTexts);
  const [seconds, setSeconds] = useState('30');
  const mutation = useMutation();
  const advance = (by: number): void => {
    mutation.run(() => requestControl('POST', '/__/clock/advance', { ms: Math.round(by * 1000) }));
  };
  return (
    <>
      <h3>{t.clock}</h3>
      <CurrentTime />
      <div class="buttons">
        {steps.map((by) => (
          <button
            key={by}
            type="button"
            aria-disabled={mutation.isPending}
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
        <button type="submit" aria-disabled={mutation.isPending}>
          {mutation.isPending ? t.advancing : t.advance}
        </button>
      </form>
      <p class="muted hint">{t.forwardOnly}</p>
      <FailureText failure={mutation.failure} />
    </>
  );
}

function CurrentTime() {
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
