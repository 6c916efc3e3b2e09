import { useCallback, useContext, useState } from 'preact/hooks';
import { type Failure } from '../feed/api.js';
import { StoreContext, useConsole } from '../feed/hooks.js';

/**
 * Why the last request to the sandbox failed, and how to note that. That it could not be reached holds until the
 * stream of events has come up again.
 */
export function useFailure(): [Failure | undefined, (failure: Failure | undefined) => void] {
  const store = useContext(StoreContext);
  const connections = useConsole((state) => state.connections);
  const [noted, setNoted] = useState<{ failure: Failure; connections: number }>();
  const note = useCallback(
    (failure: Failure | undefined) => {
      setNoted(
        failure === undefined ? undefined : { failure, connections: store.state.connections },
      );
    },
    [store],
  );
  const isOver =
    noted !== undefined && noted.failure.error === undefined && noted.connections !== connections;
  return [isOver ? undefined : noted?.failure, note];
}
