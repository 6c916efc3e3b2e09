import { useCallback, useRef } from 'preact/hooks';
import { ask, type Failure } from '../feed/api.js';
import { useFailure } from '../widgets/use-failure.js';

/** What can be done on a phone. */
export type Deed = 'login' | 'logout' | 'disconnect' | 'accept' | 'reject' | 'cancel';

/** Does it; those about a call need its id. One at a time: what is pressed in between is passed over. */
export type Do = (deed: Deed, callId?: string) => void;

/** The deeds of a phone, why the last one failed, and how to put that away. */
export function useDeeds(appId: number, userId: string): [Do, Failure | undefined, () => void] {
  const [failure, setFailure] = useFailure();
  const isBusy = useRef(false);
  const act = useCallback<Do>(
    (deed, callId) => {
      if (isBusy.current) return;
      isBusy.current = true;
      void ask('POST', `/__/devices/${deed}`, { appId, userId, callId }).then((answer) => {
        isBusy.current = false;
        setFailure(answer.ok ? undefined : answer);
      });
    },
    [appId, userId, setFailure],
  );
  const forget = useCallback(() => {
    setFailure(undefined);
  }, [setFailure]);
  return [act, failure, forget];
}
