/** Facts about one operation of ZIM's server API. */
export interface ZimActionFacts {
  /** A GET has all fields in the query, a POST the operation's fields in a JSON body. */
  readonly method: 'GET' | 'POST';
  /** Calls per second per AppID, over all instances together. */
  readonly callsPerSecond: number;
  /** The return code above that rate. */
  readonly throttleCode: number;
  /** The only SignatureVersion ZIM documents for the operation. */
  readonly signatureVersion: string;
  /** Whether the operation is idempotent, so that it may be sent again after a lost reply. */
  readonly repeatable: boolean;
}

const common: Omit<ZimActionFacts, 'method' | 'repeatable'> = {
  callsPerSecond: 20,
  throttleCode: 660300005,
  signatureVersion: '2.0',
};

/**
 * The operations that a call backend needs, as documented under
 * https://www.zegocloud.com/docs/zim-server/overview (November 2026).
 *
 * `CallAck` is documented with SignatureVersion 3.0, whose algorithm no public page states.
 */
export const zimActions = {
  CallInvite: { ...common, method: 'POST', repeatable: false },
  CallAccept: { ...common, method: 'GET', repeatable: true },
  CallReject: { ...common, method: 'GET', repeatable: true },
  CallAck: { ...common, method: 'POST', repeatable: false, signatureVersion: '3.0' },
  UserRegister: { ...common, method: 'POST', repeatable: true, throttleCode: 660700001 },
  ModifyUserInfo: { ...common, method: 'POST', repeatable: true },
  QueryUserInfos: { ...common, method: 'POST', repeatable: true },
  QueryUserOnlineState: { ...common, method: 'GET', repeatable: true },
} as const satisfies Record<string, ZimActionFacts>;

/** The name of an operation in {@link zimActions}. ZIM has more; any other name can be called as a string. */
export type ZimActionName = keyof typeof zimActions;

/** Returns the facts about an operation, or `undefined` for one not in {@link zimActions}. Case-sensitive. */
export function findZimAction(name: string): ZimActionFacts | undefined {
  return isZimActionName(name) ? zimActions[name] : undefined;
}

function isZimActionName(name: string): name is ZimActionName {
  return Object.hasOwn(zimActions, name);
}
