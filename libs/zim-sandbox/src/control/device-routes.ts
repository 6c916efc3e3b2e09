import { SandboxStateError } from '../core/state-error.js';
import { ControlError, readAppId, readObject, readString, type Route } from './control-request.js';
import { type SandboxCallAction, type SandboxDevices } from './devices.js';

/** Actions of users on their phones. */
export function createDeviceRoutes(devices: SandboxDevices, appIds: readonly number[]): Route[] {
  const presenceRoute = (
    action: 'login' | 'logout' | 'disconnect',
    description: string,
  ): Route => ({
    method: 'POST',
    path: `/__/devices/${action}`,
    description: `${description}: { "appId"?, "userId" }`,
    run: (_, body) => {
      const json = readObject(body, ['appId', 'userId']);
      const appId = readAppId(json.appId, appIds);
      const userId = readString(json, 'userId');
      runOrRefuse(() => {
        devices[action]({ appId, userId });
      });
      return { appId: appId ?? appIds[0], userId, action };
    },
  });
  const callRoute = (action: SandboxCallAction, description: string): Route => ({
    method: 'POST',
    path: `/__/devices/${action}`,
    description: `${description}: { "appId"?, "userId", "callId", "extendedData"? }`,
    run: (_, body) => {
      const json = readObject(body, ['appId', 'userId', 'callId', 'extendedData']);
      const appId = readAppId(json.appId, appIds);
      const userId = readString(json, 'userId');
      const callId = readString(json, 'callId');
      const extendedData =
        json.extendedData === undefined ? undefined : readString(json, 'extendedData');
      runOrRefuse(() => {
        devices[action]({ appId, userId, callId, extendedData });
      });
      return { appId: appId ?? appIds[0], userId, callId, action };
    },
  });
  return [
    presenceRoute('login', "a user's phone logs in"),
    presenceRoute('logout', "a user's phone logs out"),
    presenceRoute('disconnect', "a user's phone loses the connection"),
    callRoute('accept', 'a callee accepts a call'),
    callRoute('reject', 'a callee rejects a call'),
    callRoute('cancel', 'the caller cancels a call'),
  ];
}

function runOrRefuse(act: () => void): void {
  try {
    act();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ControlError(error instanceof SandboxStateError ? 409 : 400, message);
  }
}
