import { useConsole } from '../feed/hooks.js';
import { useAppId, useTexts } from '../shared/contexts.js';
import { CopyButton } from '../shared/copy-button.js';
import { type Invite } from './invite-form.js';
import { toCurl, toTypeScript } from './snippets.js';
import { inviteTexts } from './texts.js';

/** Shows the same call as code to copy. */
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
      <h3>{t.sameAsCode}</h3>
      <Snippet
        name={t.curl}
        code={toCurl(invite, { appId, isExample, url, clockOffsetMs })}
        hint={isExample ? t.publicSecret : t.ownSecret(appId)}
      />
      <Snippet name={t.typescript} code={toTypeScript(invite)} />
    </>
  );
}

interface SnippetProps {
  readonly name: string;
  readonly code: string;
  readonly hint?: string;
}

function Snippet({ name, code, hint }: SnippetProps) {
  return (
    <details class="snippet">
      <summary>{name}</summary>
      {hint === undefined ? undefined : <p class="muted hint">{hint}</p>}
      <pre role="group" aria-label={name} tabIndex={0} dir="ltr">
        {code}
      </pre>
      <CopyButton label={name} text={() => code} />
    </details>
  );
}
