import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Language } from '../texts/language.js';

export type Scheme = 'auto' | 'light' | 'dark';

/** How somebody likes the page. Kept by the browser, but for sound, which is off until it is wanted. */
export interface Settings {
  readonly language: Language;
  readonly scheme: Scheme;
  readonly isSoundOn: boolean;
}

const languageKey = 'zim-sandbox.language';
const schemeKey = 'zim-sandbox.scheme';

/** The settings, and how to change some of them. The document follows. */
export function useSettings(): [Settings, (changes: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(remembered);
  const change = useCallback((changes: Partial<Settings>) => {
    setSettings((before) => ({ ...before, ...changes }));
  }, []);
  const { language, scheme } = settings;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['scheme'] = scheme;
    remember(languageKey, language);
    remember(schemeKey, scheme);
  }, [language, scheme]);
  return [settings, change];
}

function remembered(): Settings {
  const language = recall(languageKey) ?? navigator.language.slice(0, 2);
  const scheme = recall(schemeKey);
  return {
    language: language === 'zh' ? 'zh' : 'en',
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : 'auto',
    isSoundOn: false,
  };
}

// A browser may keep nothing at all, and says so by throwing.

function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The page works all the same, and asks again next time.
  }
}
