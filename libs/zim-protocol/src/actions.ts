/** How one operation of ZIM's server API is called. */
export interface ZimActionFacts {
  /** GET carries everything in the query; POST carries the business fields as a JSON body. */
  readonly method: 'GET' | 'POST';
  /** Calls per second that ZIM allows one AppID, all instances together. */
  readonly callsPerSecond: number;
  /** The return code ZIM gives above that rate. */
  readonly throttleCode: number;
  /** The only SignatureVersion ZIM documents for the operation. */
  readonly signatureVersion: string;
}

const facts = (
  method: ZimActionFacts['method'],
  throttleCode = 660300005,
  signatureVersion = '2.0',
): ZimActionFacts => ({ method, callsPerSecond: 20, throttleCode, signatureVersion });

/**
 * The operations a call backend needs, as documented under
 * https://www.zegocloud.com/docs/zim-server/overview (November 2026).
 *
 * `CallAck` is published with SignatureVersion 3.0, whose algorithm no public page states.
 */
export const zimActions = {
  CallInvite: facts('POST'),
  CallAccept: facts('GET'),
  CallReject: facts('GET'),
  CallAck: facts('POST', 660300005, '3.0'),
  UserRegister: facts('POST', 660700001),
  ModifyUserInfo: facts('POST'),
  QueryUserInfos: facts('POST'),
  QueryUserOnlineState: facts('GET'),
} as const satisfies Record<string, ZimActionFacts>;

/** The name of an operation this package knows. ZIM has more: any other name can be called as text. */
export type ZimActionName = keyof typeof zimActions;

/** The facts of an action, or `undefined` for one this package does not know. Names are case-sensitive. */
export function findZimAction(name: string): ZimActionFacts | undefined {
  return isZimActionName(name) ? zimActions[name] : undefined;
}

function isZimActionName(name: string): name is ZimActionName {
  return Object.hasOwn(zimActions, name);
}
