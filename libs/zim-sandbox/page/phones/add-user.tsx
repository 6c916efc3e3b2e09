import { useId, useState } from 'preact/hooks';
import { type SandboxPresence } from '../../src/core/user-rules.js';
import { ask, type Answer } from '../feed/api.js';
import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { useFailure } from '../widgets/use-failure.js';
import { phonesTexts } from './texts.js';

const presences: readonly SandboxPresence[] = [
  'online',
  'offline',
  'logged-out',
  'never-logged-in',
];

/** Registers a user, who gets a phone by it. */
export function AddUser() {
  const t = useTexts(phonesTexts);
  const appId = useAppId();
  const users = useConsole((state) => state.users);
  const [userId, setUserId] = useState('');
  const [presence, setPresence] = useState<SandboxPresence>('online');
  const [failure, setFailure] = useFailure();
  const titleId = useId();

  async function add(): Promise<void> {
    // Registering once more would take the name and picture away.
    const answer: Answer = users.some((user) => user.userId === userId && user.appId === appId)
      ? { ok: false, error: t.addUser.exists(userId) }
      : await ask('POST', '/__/seed', { appId, users: [{ userId, presence }] });
    setFailure(answer.ok ? undefined : answer);
    if (answer.ok) setUserId('');
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
