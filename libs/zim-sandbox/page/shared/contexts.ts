import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export type Language = 'en' | 'zh';

/** Texts in both languages. */
export type Bilingual<Texts> = Readonly<Record<Language, Texts>>;

export const LanguageContext = createContext<Language>('en');

/** Returns the texts in the language of the page. */
export function useTexts<Texts>(texts: Bilingual<Texts>): Texts {
  return texts[useContext(LanguageContext)];
}

/** The AppID that the page shows; 0 until the first snapshot arrives. */
export const AppIdContext = createContext(0);

export function useAppId(): number {
  return useContext(AppIdContext);
}
