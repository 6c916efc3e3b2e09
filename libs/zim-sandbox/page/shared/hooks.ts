import { useContext, useMemo } from 'preact/hooks';
import { useConsole } from '../feed/hooks.js';
import { codeText, type CodeText } from './code-text.js';
import { type Bilingual, LanguageContext, useTexts } from './contexts.js';
import { createFormats, type Formats } from './formats.js';

const formats: Bilingual<Formats> = { en: createFormats('en'), zh: createFormats('zh-CN') };

/** Returns the formats of the page's language. */
export function useFormats(): Formats {
  return useTexts(formats);
}

/** Returns {@link codeText} for the page's language. */
export function useCodeText(): (code: number) => CodeText | undefined {
  const language = useContext(LanguageContext);
  const codes = useConsole((state) => state.codes);
  return useMemo(() => (code: number) => codeText(code, language, codes), [language, codes]);
}
