import { type RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Whoever was on something inside that goes away, an answered call's button perhaps, goes on at the fallback;
 * on something that was moved, there.
 */
export function useKeptFocus(
  inside: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
): void {
  // Before this drawing takes it away.
  const { activeElement } = document;
  const focused =
    activeElement instanceof HTMLElement && inside.current?.contains(activeElement)
      ? activeElement
      : undefined;
  useLayoutEffect(() => {
    if (focused === undefined || document.activeElement !== document.body) return;
    (focused.isConnected ? focused : fallback.current)?.focus();
  });
}
