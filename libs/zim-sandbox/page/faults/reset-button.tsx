import { useRef, useState } from 'preact/hooks';
import { requestControl } from '../feed/control-api.js';
import { useTexts } from '../shared/contexts.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { faultsTexts } from './texts.js';

/** Resets the sandbox after a confirmation. */
export function ResetButton() {
  const t = useTexts(faultsTexts);
  const [isConfirming, setIsConfirming] = useState(false);
  const mutation = useMutation();
  const toggle = useRef<HTMLButtonElement>(null);
  return (
    <>
      <p class="muted hint">{t.resetHint}</p>
      <div class="buttons">
        <button
          ref={toggle}
          type="button"
          aria-expanded={isConfirming}
          onClick={() => {
            setIsConfirming(!isConfirming);
          }}
        >
          {isConfirming ? t.resetCancel : t.reset}
        </button>
        {isConfirming ? (
          <button
            type="button"
            class="bad"
            onClick={() => {
              setIsConfirming(false);
              // The button that has the focus is removed.
              toggle.current?.focus();
              mutation.run(() => requestControl('POST', '/__/reset'));
            }}
          >
            {t.resetConfirm}
          </button>
        ) : undefined}
      </div>
      <FailureText failure={mutation.failure} />
    </>
  );
}
