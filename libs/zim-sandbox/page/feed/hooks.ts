import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { type ConsoleState } from './state.js';
import { ConsoleStore } from './store.js';

export const StoreContext = createContext(new ConsoleStore());

/**
 * Returns a part of the state and renders again when that part changes. The selector must return an existing object:
 * a new one on each call would always differ.
 */
export function useConsole<Part>(select: (state: ConsoleState) => Part): Part {
  const store = useContext(StoreContext);
  const [, rerender] = useReducer((count: number) => count + 1, 0);
  const part = select(store.state);
  const rendered = useRef({ select, part });
  rendered.current = { select, part };
  useLayoutEffect(() => {
    const check = (): void => {
      if (!Object.is(rendered.current.select(store.state), rendered.current.part))
        rerender(undefined);
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return part;
}

/** Returns the Unix time in milliseconds on the sandbox's clock and updates it at each interval. */
export function useNow(intervalMs: number): number {
  const offsetMs = useConsole((state) => state.clockOffsetMs);
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      setNow(Date.now());
    }, intervalMs);
    return () => {
      clearInterval(timer);
    };
  }, [intervalMs]);
  return now + offsetMs;
}
