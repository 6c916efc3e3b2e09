import { type ConsoleCode } from '../../src/console/console-events.js';
import { type Language } from '../texts/language.js';
import { codesZh } from './codes-zh.js';

/** A return code in words, and the language they are in: the `lang` of where they are shown. */
export interface CodeText extends ConsoleCode {
  readonly lang: 'en' | 'zh-CN';
}

/**
 * What a return code means and what to do about it; in English where there is no Chinese, and `undefined` for a
 * code that nobody has documented.
 *
 * @param codes as the state of the page has them
 */
export function codeText(
  code: number,
  language: Language,
  codes: Readonly<Record<string, ConsoleCode>>,
): CodeText | undefined {
  const chinese = language === 'zh' ? codesZh.get(code) : undefined;
  if (chinese !== undefined) return { ...chinese, lang: 'zh-CN' };
  const english = codes[code];
  return english === undefined ? undefined : { ...english, lang: 'en' };
}
