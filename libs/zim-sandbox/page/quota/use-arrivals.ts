import { useContext, useLayoutEffect, useState } from 'preact/hooks';
import { StoreContext } from '../feed/hooks.js';
import { type Arrivals, arrivalsOf } from './arrivals.js';

const intervalMs = 200;

/** What arrived in the last minute at an app: counted anew five times a second, while there is something. */
export function useArrivals(appId: number): readonly Arrivals[] {
  const store = useContext(StoreContext);
  const [arrivals, setArrivals] = useState(() => arrivalsOf([], 0));
  useLayoutEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const count = (): void => {
      const { requests, clockOffsetMs } = store.state;
      const next = arrivalsOf(requests[appId] ?? [], Date.now() + clockOffsetMs);
      setArrivals(next);
      const isQuiet = next.every(({ seconds }) => seconds.every(({ arrived }) => arrived === 0));
      timer = isQuiet ? undefined : setTimeout(count, intervalMs);
    };
    count();
    const end = store.subscribe(() => {
      if (timer === undefined) count();
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [store, appId]);
  return arrivals;
}
