import { useEffect, useRef, useState } from 'preact/hooks';

const quietMs = 600;
const longestMs = 10_000;

/** A value that follows once it has stood still for a moment, or seldom while it does not: for what is read aloud. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const changedAt = useRef<number>(undefined);
  useEffect(() => {
    if (Object.is(value, settled)) {
      changedAt.current = undefined;
      return undefined;
    }
    const now = performance.now();
    changedAt.current ??= now;
    const timer = setTimeout(
      () => {
        changedAt.current = undefined;
        setSettled(value);
      },
      Math.min(quietMs, Math.max(0, changedAt.current + longestMs - now)),
    );
    return () => {
      clearTimeout(timer);
    };
  }, [value, settled]);
  return settled;
}
