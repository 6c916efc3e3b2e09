import { useCallback, useRef } from 'preact/hooks';
import { requestControl, type ControlFailure } from '../feed/control-api.js';
import { useFailure } from '../shared/mutation.js';

/** The actions of `POST /__/devices/…`. */
export type DeviceAction = 'login' | 'logout' | 'disconnect' | 'accept' | 'reject' | 'cancel';

/** Sends an action of a phone; ignored while another one is pending. An action on a call needs the `callId`. */
export type SendDeviceAction = (action: DeviceAction, callId?: string) => void;

/** Returns how to send an action of a phone, why the last one failed, and how to clear that failure. */
export function useDeviceActions(
  appId: number,
  userId: string,
): [SendDeviceAction, ControlFailure | undefined, () => void] {
  const [failure, setFailure] = useFailure();
  const isPending = useRef(false);
  const send = useCallback<SendDeviceAction>(
    (action, callId) => {
      if (isPending.current) return;
      isPending.current = true;
      void requestControl('POST', `/__/devices/${action}`, { appId, userId, callId }).then(
        (result) => {
          isPending.current = false;
          setFailure(result.ok ? undefined : result);
        },
      );
    },
    [appId, userId, setFailure],
  );
  const clearFailure = useCallback(() => {
    setFailure(undefined);
  }, [setFailure]);
  return [send, failure, clearFailure];
}
