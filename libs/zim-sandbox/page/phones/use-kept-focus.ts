import { type RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/** Whoever was on something inside that goes away, an answered call's button perhaps, goes on at the fallback. */
export function useKeptFocus(
  inside: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
): void {
  // Before this drawing takes it away.
  const hadFocus = inside.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (hadFocus && document.activeElement === document.body) fallback.current?.focus();
  });
}
