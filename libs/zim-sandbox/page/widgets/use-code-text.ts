import { useContext, useMemo } from 'preact/hooks';
import { useConsole } from '../feed/hooks.js';
import { LanguageContext } from '../texts/language.js';
import { codeText, type CodeText } from './code-text.js';

/** {@link codeText} in the language that is shown. */
export function useCodeText(): (code: number) => CodeText | undefined {
  const language = useContext(LanguageContext);
  const codes = useConsole((state) => state.codes);
  return useMemo(() => (code: number) => codeText(code, language, codes), [language, codes]);
}
