import { useRef, useState } from 'preact/hooks';
import { ask } from '../feed/api.js';
import { useTexts } from '../texts/language.js';
import { FailureText } from '../widgets/failure-text.js';
import { faultsTexts } from './texts.js';
import { useDeed } from '../widgets/use-deed.js';

/** Forgets everything, once it is meant. */
export function ResetButton() {
  const t = useTexts(faultsTexts);
  const [isAsking, setIsAsking] = useState(false);
  const deed = useDeed();
  const toggle = useRef<HTMLButtonElement>(null);
  return (
    <>
      <p class="muted hint">{t.resetHint}</p>
      <div class="buttons">
        <button
          ref={toggle}
          type="button"
          aria-expanded={isAsking}
          onClick={() => {
            setIsAsking(!isAsking);
          }}
        >
          {isAsking ? t.resetNo : t.reset}
        </button>
        {isAsking ? (
          <button
            type="button"
            class="bad"
            onClick={() => {
              setIsAsking(false);
              // This one goes away.
              toggle.current?.focus();
              deed.act(() => ask('POST', '/__/reset'));
            }}
          >
            {t.resetYes}
          </button>
        ) : undefined}
      </div>
      <FailureText of={deed.failure} />
    </>
  );
}
