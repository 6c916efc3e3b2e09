import { createContext } from 'preact';
import { useContext, useEffect, useLayoutEffect, useReducer, useRef, useState } from 'preact/hooks';
import { type ConsoleState } from './state.js';
import { ConsoleStore } from './store.js';

export const StoreContext = createContext(new ConsoleStore());

/** A part of the state; draws anew when it is another. Select what exists: what is made anew differs each time. */
export function useConsole<Part>(select: (state: ConsoleState) => Part): Part {
  const store = useContext(StoreContext);
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const part = select(store.state);
  const shown = useRef({ select, part });
  shown.current = { select, part };
  useLayoutEffect(() => {
    const look = (): void => {
      if (!Object.is(shown.current.select(store.state), shown.current.part)) redraw(undefined);
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return part;
}

/** Unix time in milliseconds on the sandbox's clock, anew after each interval. */
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
