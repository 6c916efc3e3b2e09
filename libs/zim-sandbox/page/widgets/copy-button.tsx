import { useEffect, useState } from 'preact/hooks';
import { type Bilingual, useTexts } from '../texts/language.js';

const en = { copy: 'Copy', copied: 'Copied', failed: 'Not copied' };
const zh: typeof en = { copy: '复制', copied: '已复制', failed: '复制失败' };
const texts: Bilingual<typeof en> = { en, zh };

const shownMs = 2000;

interface CopyButtonProps {
  /** What is copied, in words: part of the button's name. */
  readonly what: string;
  /** Asked for when it is wanted. */
  readonly text: () => string;
}

/** Puts a text on the clipboard, and says what came of it. */
export function CopyButton({ what, text }: CopyButtonProps) {
  const t = useTexts(texts);
  const [result, setResult] = useState<'copied' | 'failed'>();
  useEffect(() => {
    const timer = setTimeout(() => {
      setResult(undefined);
    }, shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [result]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text());
      setResult('copied');
    } catch {
      // A browser may forbid it.
      setResult('failed');
    }
  };
  return (
    <span class="copy">
      <button
        type="button"
        aria-label={`${t.copy}: ${what}`}
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
