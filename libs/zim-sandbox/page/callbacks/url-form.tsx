import { useId, useState } from 'preact/hooks';
import { ask } from '../feed/api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { FailureText } from '../widgets/failure-text.js';
import { useDeed } from '../widgets/use-deed.js';
import { callbacksTexts } from './texts.js';

/** Where the callbacks of the app go. */
export function UrlForm() {
  const t = useTexts(callbacksTexts);
  const id = useId();
  const appId = useAppId();
  const url = useConsole((state) => state.apps.find((app) => app.appId === appId)?.callbackUrl);
  const [typed, setTyped] = useState<string>();
  const deed = useDeed();
  const set = async (wanted: string | null) => {
    const answer = await ask('POST', '/__/callbacks/url', { appId, url: wanted });
    if (answer.ok) setTyped(undefined);
    return answer;
  };
  // Before the app is known, there is none to set it for.
  if (url === undefined) return null;
  return (
    <form
      class="url-form"
      onSubmit={(event) => {
        event.preventDefault();
        const text = (typed ?? url ?? '').trim();
        deed.act(() => set(text === '' ? null : text));
      }}
    >
      <label for={id}>{t.url}</label>
      <input
        id={id}
        class="mono"
        inputMode="url"
        autocomplete="off"
        spellcheck={false}
        aria-describedby={`${id}-hint`}
        value={typed ?? url ?? ''}
        onInput={({ currentTarget }) => {
          setTyped(currentTarget.value);
        }}
      />
      <button type="submit" aria-disabled={deed.isBusy}>
        {t.set}
      </button>
      <span id={`${id}-hint`} class="muted hint">
        {t.urlHint}
      </span>
      <FailureText of={deed.failure} />
    </form>
  );
}
