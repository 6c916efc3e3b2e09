import { useEffect, useRef, useState } from 'preact/hooks';

/** Enough for a screen reader that is still speaking; older ones have been said. */
const maxLines = 8;

interface Line {
  readonly key: number;
  readonly text: string;
}

/** Has a screen reader say each news when it gets round to it. Another list is other news, even of the same words. */
export function LiveRegion({ news }: { readonly news: readonly string[] }) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const count = useRef(0);
  useEffect(() => {
    if (news.length === 0) return;
    const added = news.map((text) => ({ key: ++count.current, text }));
    setLines((before) => [...before, ...added].slice(-maxLines));
  }, [news]);
  return (
    <div class="visually-hidden" aria-live="polite">
      {lines.map(({ key, text }) => (
        <p key={key}>{text}</p>
      ))}
    </div>
  );
}
