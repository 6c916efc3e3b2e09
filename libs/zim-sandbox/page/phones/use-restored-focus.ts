import { type RefObject } from 'preact';
import { useLayoutEffect } from 'preact/hooks';

/**
 * Keeps the keyboard focus inside a container when a render removes the focused element, such as the button of an
 * answered call: focuses the fallback then, or the same element if it was only moved.
 */
export function useRestoredFocus(
  container: RefObject<HTMLElement | null>,
  fallback: RefObject<HTMLElement | null>,
): void {
  // Read before this render changes the document.
  const { activeElement } = document;
  const focused =
    activeElement instanceof HTMLElement && container.current?.contains(activeElement)
      ? activeElement
      : undefined;
  useLayoutEffect(() => {
    if (focused === undefined || document.activeElement !== document.body) return;
    (focused.isConnected ? focused : fallback.current)?.focus();
  });
}
