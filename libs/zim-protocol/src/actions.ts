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
  /** Whether sending it twice is as good as once, so that it may be sent again when no answer came. */
  readonly repeatable: boolean;
}

const usual: Omit<ZimActionFacts, 'method' | 'repeatable'> = {
  callsPerSecond: 20,
  throttleCode: 660300005,
  signatureVersion: '2.0',
};

/**
 * The operations a call backend needs, as documented under
 * https://www.zegocloud.com/docs/zim-server/overview (November 2026).
 *
 * `CallAck` is published with SignatureVersion 3.0, whose algorithm no public page states.
 */
export const zimActions = {
  CallInvite: { ...usual, method: 'POST', repeatable: false },
  CallAccept: { ...usual, method: 'GET', repeatable: true },
  CallReject: { ...usual, method: 'GET', repeatable: true },
  CallAck: { ...usual, method: 'POST', repeatable: false, signatureVersion: '3.0' },
  UserRegister: { ...usual, method: 'POST', repeatable: true, throttleCode: 660700001 },
  ModifyUserInfo: { ...usual, method: 'POST', repeatable: true },
  QueryUserInfos: { ...usual, method: 'POST', repeatable: true },
  QueryUserOnlineState: { ...usual, method: 'GET', repeatable: true },
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
