import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export type Language = 'en' | 'zh';

/** The same texts in both languages. */
export type Bilingual<Texts> = Readonly<Record<Language, Texts>>;

export const LanguageContext = createContext<Language>('en');

/** The texts of a room in the language that is shown. */
export function useTexts<Texts>(texts: Bilingual<Texts>): Texts {
  return texts[useContext(LanguageContext)];
}
