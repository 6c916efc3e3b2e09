import { useCallback, useEffect, useState } from 'preact/hooks';
import { type Language } from '../shared/contexts.js';

export type Scheme = 'auto' | 'light' | 'dark';

/** The user's settings. The browser stores all but the sound, which is off after each load. */
export interface Settings {
  readonly language: Language;
  readonly scheme: Scheme;
  readonly isSoundOn: boolean;
}

const languageKey = 'zim-sandbox.language';
const schemeKey = 'zim-sandbox.scheme';

/** Returns the settings and how to change them, and applies them to the document. */
export function useSettings(): [Settings, (changes: Partial<Settings>) => void] {
  const [settings, setSettings] = useState(loadSettings);
  const change = useCallback((changes: Partial<Settings>) => {
    setSettings((before) => ({ ...before, ...changes }));
  }, []);
  const { language, scheme } = settings;
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['scheme'] = scheme;
    store(languageKey, language);
    store(schemeKey, scheme);
  }, [language, scheme]);
  return [settings, change];
}

function loadSettings(): Settings {
  const language = load(languageKey) ?? navigator.language.slice(0, 2);
  const scheme = load(schemeKey);
  return {
    language: language === 'zh' ? 'zh' : 'en',
    scheme: scheme === 'light' || scheme === 'dark' ? scheme : 'auto',
    isSoundOn: false,
  };
}

// `localStorage` throws where the browser does not allow storage.

function load(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // The settings then last until the page is closed.
  }
}
