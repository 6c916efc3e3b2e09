import { type ConsoleCode } from '../../src/console/console-events.js';
import { codesZh } from './codes-zh.js';
import { type Language } from './contexts.js';

/** The explanation of a return code, with its language for the `lang` attribute. */
export interface CodeText extends ConsoleCode {
  readonly lang: 'en' | 'zh-CN';
}

/**
 * Explains a return code. Falls back to English where there is no Chinese text.
 *
 * @param codes the English explanations, from the snapshot
 * @returns `undefined` for an undocumented code
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
