import { type Bilingual, useTexts } from '../texts/language.js';
import { createFormats, type Formats } from './formats.js';

const formats: Bilingual<Formats> = { en: createFormats('en'), zh: createFormats('zh-CN') };

/** The formats of the language that is shown. */
export function useFormats(): Formats {
  return useTexts(formats);
}
