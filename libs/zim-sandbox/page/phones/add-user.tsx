import { useId, useState } from 'preact/hooks';
import { type SandboxPresence } from '../../src/core/user-rules.js';
import { requestControl, type ControlResult } from '../feed/control-api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { useFailure } from '../shared/mutation.js';
import { phonesTexts } from './texts.js';

const presences: readonly SandboxPresence[] = [
  'online',
  'offline',
  'logged-out',
  'never-logged-in',
];

/** Registers a user, for whom the page then shows a phone. */
export function AddUser() {
  const t = useTexts(phonesTexts);
  const appId = useAppId();
  const users = useConsole((state) => state.users);
  const [userId, setUserId] = useState('');
  const [presence, setPresence] = useState<SandboxPresence>('online');
  const [failure, setFailure] = useFailure();
  const titleId = useId();

  async function add(): Promise<void> {
    // Registering a user again would remove the name and the avatar.
    const result: ControlResult = users.some(
      (user) => user.userId === userId && user.appId === appId,
    )
      ? { ok: false, error: t.addUser.exists(userId) }
      : await requestControl('POST', '/__/seed', { appId, users: [{ userId, presence }] });
    setFailure(result.ok ? undefined : result);
    if (result.ok) setUserId('');
  }

  return (
    <form
      class="add-user"
      aria-labelledby={titleId}
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3 id={titleId}>{t.addUser.title}</h3>
      <label>
        {t.addUser.userId}
        <input
          value={userId}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          onInput={({ currentTarget }) => {
            setUserId(currentTarget.value);
          }}
        />
      </label>
      <label>
        {t.addUser.presence}
        <select
          value={presence}
          onChange={({ currentTarget }) => {
            setPresence(presences.find((name) => name === currentTarget.value) ?? 'online');
          }}
        >
          {presences.map((name) => (
            <option key={name} value={name}>
              {t.presences[name]}
            </option>
          ))}
        </select>
      </label>
      <button type="submit">{t.addUser.add}</button>
      {failure === undefined ? undefined : (
        <p class="error" role="alert">
          {failure.error ?? t.unreachable}
        </p>
      )}
    </form>
  );
}
