import { useConsole } from '../feed/hooks.js';
import { useAppId } from '../shell/app-id.js';
import { useTexts } from '../texts/language.js';
import { CopyButton } from '../widgets/copy-button.js';
import { type Invite } from './invite-form.js';
import { toCurl, toTypeScript } from './snippets.js';
import { inviteTexts } from './texts.js';

/** The form as code, to take away. */
export function Snippets({ invite }: { readonly invite: Invite }) {
  const t = useTexts(inviteTexts);
  const appId = useAppId();
  const url = useConsole((state) => state.sandbox?.url);
  const isExample = useConsole(({ apps }) =>
    apps.some((app) => app.appId === appId && app.isExample),
  );
  const clockOffsetMs = useConsole((state) => state.clockOffsetMs);
  if (url === undefined) return null;
  return (
    <>
      <h3>{t.equals}</h3>
      <Snippet name={t.curl} code={toCurl(invite, { appId, isExample, url, clockOffsetMs })}>
        {isExample ? t.publicSecret : t.ownSecret(appId)}
      </Snippet>
      <Snippet name={t.typescript} code={toTypeScript(invite)} />
    </>
  );
}

interface SnippetProps {
  readonly name: string;
  readonly code: string;
  readonly children?: string;
}

function Snippet({ name, code, children }: SnippetProps) {
  return (
    <details class="snippet">
      <summary>{name}</summary>
      {children === undefined ? undefined : <p class="muted hint">{children}</p>}
      <pre role="group" aria-label={name} tabIndex={0} dir="ltr">
        {code}
      </pre>
      <CopyButton what={name} text={() => code} />
    </details>
  );
}
