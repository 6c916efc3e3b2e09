import { useId, useState } from 'preact/hooks';
import { requestControl } from '../feed/control-api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { FailureText, useMutation } from '../shared/mutation.js';
import { callbacksTexts } from './texts.js';

/** Sets the callback URL of the app. */
export function UrlForm() {
  const t = useTexts(callbacksTexts);
  const id = useId();
  const appId = useAppId();
  const url = useConsole((state) => state.apps.find((app) => app.appId === appId)?.callbackUrl);
  const [draft, setDraft] = useState<string>();
  const mutation = useMutation();
  const save = async (newUrl: string | null) => {
    const result = await requestControl('POST', '/__/callbacks/url', { appId, url: newUrl });
    if (result.ok) setDraft(undefined);
    return result;
  };
  // No snapshot has arrived yet.
  if (url === undefined) return null;
  return (
    <form
      class="url-form"
      onSubmit={(event) => {
        event.preventDefault();
        const text = (draft ?? url ?? '').trim();
        mutation.run(() => save(text === '' ? null : text));
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
        value={draft ?? url ?? ''}
        onInput={({ currentTarget }) => {
          setDraft(currentTarget.value);
        }}
      />
      <button type="submit" aria-disabled={mutation.isPending}>
        {t.set}
      </button>
      <span id={`${id}-hint`} class="muted hint">
        {t.urlHint}
      </span>
      <FailureText failure={mutation.failure} />
    </form>
  );
}
