import { useEffect, useRef, useState } from 'preact/hooks';

const delayMs = 600;
const maxDelayMs = 10_000;

/** Returns a value once it has not changed for 600 ms, and at the latest after 10 s: for screen readers. */
export function useDebounced<Value>(value: Value): Value {
  const [debounced, setDebounced] = useState(value);
  const changedAt = useRef<number>(undefined);
  useEffect(() => {
    if (Object.is(value, debounced)) {
      changedAt.current = undefined;
      return undefined;
    }
    const now = performance.now();
    changedAt.current ??= now;
    const timer = setTimeout(
      () => {
        changedAt.current = undefined;
        setDebounced(value);
      },
      Math.min(delayMs, Math.max(0, changedAt.current + maxDelayMs - now)),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [value, debounced]);
  return debounced;
}
