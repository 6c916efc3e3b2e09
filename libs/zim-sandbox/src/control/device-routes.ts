import { SandboxStateError } from '../core/state-error.js';
import { ControlError, readAppId, readObject, readText } from './control-request.js';
import { type SandboxDevices } from './devices.js';
import { type Route } from './routes.js';

/** What users do on their phones. */
export function createDeviceRoutes(devices: SandboxDevices, appIds: readonly number[]): Route[] {
  const presence = (what: 'login' | 'logout' | 'lose', meaning: string): Route => ({
    method: 'POST',
    path: `/__/devices/${what}`,
    what: `${meaning}: { "appId"?, "userId" }`,
    run: (_, body) => {
      const json = readObject(body, ['appId', 'userId']);
      const appId = readAppId(json.appId, appIds);
      const userId = readText(json, 'userId');
      obey(() => {
        devices[what]({ appId, userId });
      });
      return { appId: appId ?? appIds[0], userId, done: what };
    },
  });
  const deed = (what: 'accept' | 'reject' | 'cancel', meaning: string): Route => ({
    method: 'POST',
    path: `/__/devices/${what}`,
    what: `${meaning}: { "appId"?, "userId", "callId", "extendedData"? }`,
    run: (_, body) => {
      const json = readObject(body, ['appId', 'userId', 'callId', 'extendedData']);
      const appId = readAppId(json.appId, appIds);
      const userId = readText(json, 'userId');
      const callId = readText(json, 'callId');
      const extendedData =
        json.extendedData === undefined ? undefined : readText(json, 'extendedData');
      obey(() => {
        devices[what]({ appId, userId, callId, extendedData });
      });
      return { appId: appId ?? appIds[0], userId, callId, done: what };
    },
  });
  return [
    presence('login', "a user's phone logs in"),
    presence('logout', 'it logs out'),
    presence('lose', 'it loses the connection'),
    deed('accept', 'a callee takes a call'),
    deed('reject', 'a callee declines it'),
    deed('cancel', 'the caller gives it up'),
  ];
}

function obey(act: () => void): void {
  try {
    act();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ControlError(error instanceof SandboxStateError ? 409 : 400, message);
  }
}
