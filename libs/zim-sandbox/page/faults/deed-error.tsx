import { useTexts } from '../texts/language.js';
import { faultsTexts } from './texts.js';
import { type Deed } from './use-deed.js';

/** Why it failed, where it did. */
export function DeedError({ deed: { error } }: { readonly deed: Deed }) {
  const t = useTexts(faultsTexts);
  if (error === undefined) return null;
  return (
    <p class="error" role="alert">
      {error === '' ? t.failed : <span lang="en">{error}</span>}
    </p>
  );
}
