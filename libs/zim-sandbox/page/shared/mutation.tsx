import { useCallback, useContext, useState } from 'preact/hooks';
import { type ControlFailure, type ControlResult } from '../feed/control-api.js';
import { StoreContext, useConsole } from '../feed/hooks.js';
import { type Bilingual, useTexts } from './contexts.js';

/**
 * Holds why the last control request failed. The failure "could not be reached" is cleared when the event stream
 * connects again.
 */
export function useFailure(): [
  ControlFailure | undefined,
  (failure: ControlFailure | undefined) => void,
] {
  const store = useContext(StoreContext);
  const connections = useConsole((state) => state.connections);
  const [last, setLast] = useState<{ failure: ControlFailure; connections: number }>();
  const setFailure = useCallback(
    (failure: ControlFailure | undefined) => {
      setLast(
        failure === undefined ? undefined : { failure, connections: store.state.connections },
      );
    },
    [store],
  );
  const hasReconnected =
    last !== undefined && last.failure.error === undefined && last.connections !== connections;
  return [hasReconnected ? undefined : last?.failure, setFailure];
}

/** A control request that one part of the page sends, one at a time. */
export interface Mutation {
  readonly isPending: boolean;
  readonly failure: ControlFailure | undefined;
  /** Sends the request; ignored while another one is pending. */
  readonly run: (send: () => Promise<ControlResult>) => void;
}

export function useMutation(): Mutation {
  const [isPending, setIsPending] = useState(false);
  const [failure, setFailure] = useFailure();
  const start = async (send: () => Promise<ControlResult>): Promise<void> => {
    setIsPending(true);
    setFailure(undefined);
    const result = await send();
    setFailure(result.ok ? undefined : result);
    setIsPending(false);
  };
  return {
    isPending,
    failure,
    run: (send) => {
      if (!isPending) void start(send);
    },
  };
}

const en = { unreachable: 'The sandbox could not be reached.' };
const zh: typeof en = { unreachable: '无法连接沙箱。' };
const texts: Bilingual<typeof en> = { en, zh };

/** Shows why a control request failed; nothing without a failure. */
export function FailureText({ failure }: { readonly failure: ControlFailure | undefined }) {
  const t = useTexts(texts);
  if (failure === undefined) return null;
  return (
    <p class="error" role="alert">
      {failure.error === undefined ? t.unreachable : <span lang="en">{failure.error}</span>}
    </p>
  );
}
