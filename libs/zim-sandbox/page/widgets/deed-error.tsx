import { type Bilingual, useTexts } from '../texts/language.js';
import { type Deed } from './use-deed.js';

const en = { unreachable: 'The sandbox could not be reached.' };
const zh: typeof en = { unreachable: '无法连接沙箱。' };
const texts: Bilingual<typeof en> = { en, zh };

/** Why it failed, where it did. */
export function DeedError({ deed: { error } }: { readonly deed: Deed }) {
  const t = useTexts(texts);
  if (error === undefined) return null;
  return (
    <p class="error" role="alert">
      {error === '' ? t.unreachable : <span lang="en">{error}</span>}
    </p>
  );
}
