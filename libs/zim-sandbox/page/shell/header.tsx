import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { utcOffset } from '../shared/formats.js';
import { type Scheme, type Settings } from './settings.js';
import { shellTexts } from './texts.js';

interface HeaderProps {
  readonly settings: Settings;
  readonly change: (changes: Partial<Settings>) => void;
  readonly selectApp: (appId: number) => void;
}

const schemes: readonly Scheme[] = ['auto', 'light', 'dark'];

export function Header({ settings, change, selectApp }: HeaderProps) {
  const t = useTexts(shellTexts);
  return (
    <header class="header">
      <h1>zim-sandbox</h1>
      <ConnectionState />
      <div class="header-settings">
        <AppSelect select={selectApp} />
        <label>
          {t.scheme}
          <select
            value={settings.scheme}
            onChange={({ currentTarget }) => {
              const scheme = schemes.find((name) => name === currentTarget.value);
              if (scheme !== undefined) change({ scheme });
            }}
          >
            {schemes.map((name) => (
              <option key={name} value={name}>
                {t.schemes[name]}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t.language}
          <select
            value={settings.language}
            onChange={({ currentTarget }) => {
              change({ language: currentTarget.value === 'zh' ? 'zh' : 'en' });
            }}
          >
            <option value="en" lang="en">
              English
            </option>
            <option value="zh" lang="zh-CN">
              中文
            </option>
          </select>
        </label>
        <label class="check">
          <input
            type="checkbox"
            checked={settings.isSoundOn}
            onChange={({ currentTarget }) => {
              change({ isSoundOn: currentTarget.checked });
            }}
          />
          {t.sound}
        </label>
      </div>
      <SectionLinks />
    </header>
  );
}

/** Links for small screens, where one section fills the page, and for keyboard users. */
function SectionLinks() {
  const t = useTexts(shellTexts);
  return (
    <nav class="sections" aria-label={t.sections}>
      {Object.entries(t.section).map(([id, name]) => (
        <a key={id} href={`#${id}`}>
          {name}
        </a>
      ))}
    </nav>
  );
}

function ConnectionState() {
  const t = useTexts(shellTexts);
  const connection = useConsole((state) => state.connection);
  const sandbox = useConsole((state) => state.sandbox);
  return (
    <>
      <p class={`connection connection-${connection}`} role="status">
        {t.connections[connection]}
      </p>
      {sandbox === undefined ? undefined : (
        <p class="sandbox-address">
          {sandbox.url} · {sandbox.version} · {t.times(utcOffset(Date.now()))}
        </p>
      )}
    </>
  );
}

function AppSelect({ select }: { readonly select: (appId: number) => void }) {
  const t = useTexts(shellTexts);
  const apps = useConsole((state) => state.apps);
  const appId = useAppId();
  return (
    <label>
      {t.app}
      <select
        value={appId}
        onChange={({ currentTarget }) => {
          select(Number(currentTarget.value));
        }}
      >
        {apps.map((app) => (
          <option key={app.appId} value={app.appId}>
            {app.appId}
          </option>
        ))}
      </select>
    </label>
  );
}
