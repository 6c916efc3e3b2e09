import { type Failure } from '../feed/api.js';
import { type Bilingual, useTexts } from '../texts/language.js';

const en = { unreachable: 'The sandbox could not be reached.' };
const zh: typeof en = { unreachable: '无法连接沙箱。' };
const texts: Bilingual<typeof en> = { en, zh };

/** Why a request to the sandbox failed; nothing if none did. */
export function FailureText({ of }: { readonly of: Failure | undefined }) {
  const t = useTexts(texts);
  if (of === undefined) return null;
  return (
    <p class="error" role="alert">
      {of.error === undefined ? t.unreachable : <span lang="en">{of.error}</span>}
    </p>
  );
}
