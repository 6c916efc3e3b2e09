import { useEffect, useState } from 'preact/hooks';
import { type Bilingual, useTexts } from './contexts.js';

const en = { copy: 'Copy', copied: 'Copied', failed: 'Not copied' };
const zh: typeof en = { copy: '复制', copied: '已复制', failed: '复制失败' };
const texts: Bilingual<typeof en> = { en, zh };

const resultShownMs = 2000;

interface CopyButtonProps {
  /** Names the content in the button's accessible name. */
  readonly label: string;
  readonly text: () => string;
}

/** Copies a text to the clipboard and shows whether it worked. */
export function CopyButton({ label, text }: CopyButtonProps) {
  const t = useTexts(texts);
  const [result, setResult] = useState<'copied' | 'failed'>();
  useEffect(() => {
    const timer = setTimeout(() => {
      setResult(undefined);
    }, resultShownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [result]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setResult('copied');
    } catch {
      // The browser may deny access to the clipboard.
      setResult('failed');
    }
  };
  return (
    <span class="copy">
      <button
        type="button"
        aria-label={`${t.copy}: ${label}`}
        onClick={() => {
          void copy();
        }}
      >
        {t.copy}
      </button>
      <span class="muted" role="status">
        {result === undefined ? '' : t[result]}
      </span>
    </span>
  );
}
