import { unknownNames } from './unknown-names.js';

/**
 * Switches for behaviour that the vendor's pages do not state; the default comes first. The command line's `--help` and
 * the manual list each with its meaning.
 */
export interface SandboxAssumptions {
  readonly unknownAppId: '100000011' | '100000010';
  readonly nonceFormat: 'any' | 'hex16';
  readonly nonceReplay: 'refuse' | 'allow';
  readonly nonceReplayCode: '100000008' | '100000005';
  readonly longUserId: '660000012' | '660000002';
  readonly tooManyUsers: '660000011' | '660000002';
  readonly quotaWindow: 'sliding' | 'fixed' | 'token-bucket';
  readonly quotaScope: 'action' | 'app';
  readonly quotaCountsRefused: 'no' | 'yes';
  readonly unregisteredCallees: 'all' | 'any';
  readonly duplicateCallees: 'collapse' | 'refuse';
  readonly repeatAnswer: '0' | '660900005';
  readonly changedAnswer: '660900008' | '660900005';
  readonly onlineStatusCase: 'Online' | 'online';
  readonly unknownUserInfo: '660700015' | '660000002';
  readonly serverApiCallbacks: 'yes' | 'no';
  readonly neverLoggedInCallees: 'as-logged-out' | 'as-offline';
  readonly absentCaller: 'offline' | 'online';
  readonly userActionCallbacks: 'yes' | 'no';
  readonly callbackRetrySigning: 'same' | 'new';
  readonly callbackEncoding: 'escaped-json' | 'json' | 'url-encoded';
}

/** The name of a switch. */
export type SandboxAssumption = keyof SandboxAssumptions;

interface Assumption<Value extends string> {
  /** The first value is the default. */
  readonly values: readonly [Value, ...Value[]];
  readonly explanation: string;
}

/**
 * Switches for behaviour that ZIM's documentation does not state. The checks of the options and the help text
 * derive from this table, and the manual is tested against it.
 */
export const assumptionTable: {
  readonly [Name in SandboxAssumption]: Assumption<SandboxAssumptions[Name]>;
} = {
  unknownAppId: {
    values: ['100000011', '100000010'],
    explanation: 'the code for an unknown AppId: no configuration, or no ServerSecret',
  },
  nonceFormat: {
    values: ['any', 'hex16'],
    explanation: 'whether a SignatureNonce that is not 16 hex digits is refused (100000008)',
  },
  nonceReplay: {
    values: ['refuse', 'allow'],
    explanation:
      'whether a nonce that is used again while its signature is valid is refused: each request needs a new signature',
  },
  nonceReplayCode: {
    values: ['100000008', '100000005'],
    explanation: 'the code for a reused nonce: no return code is documented for it',
  },
  longUserId: {
    values: ['660000012', '660000002'],
    explanation:
      'the code of CallInvite, CallAccept and CallReject for an id of more than 32 bytes',
  },
  tooManyUsers: {
    values: ['660000011', '660000002'],
    explanation: 'the code of UserRegister and QueryUserInfos for more than 100 users',
  },
  quotaWindow: {
    values: ['sliding', 'fixed', 'token-bucket'],
    explanation:
      'how calls per second are counted: in any 1000 ms, in each wall-clock second, or by a token bucket',
  },
  quotaScope: {
    values: ['action', 'app'],
    explanation: 'whether each Action of an AppID has its own quota, or all share one',
  },
  quotaCountsRefused: {
    values: ['no', 'yes'],
    explanation:
      'whether a throttled call uses quota too, so that an app that keeps calling stays throttled',
  },
  unregisteredCallees: {
    values: ['all', 'any'],
    explanation: 'CallInvite answers 660900003 when all callees, or any, are unregistered',
  },
  duplicateCallees: {
    values: ['collapse', 'refuse'],
    explanation: 'whether a callee named twice rings once, or the invite is refused (660000002)',
  },
  repeatAnswer: {
    values: ['0', '660900005'],
    explanation: 'the code for the same answer by the same user again, while others still ring',
  },
  changedAnswer: {
    values: ['660900008', '660900005'],
    explanation: 'the code for the opposite answer by the same user, while others still ring',
  },
  onlineStatusCase: {
    values: ['Online', 'online'],
    explanation: 'how QueryUserOnlineState writes Online and Offline: as documented, or lower-case',
  },
  unknownUserInfo: {
    values: ['660700015', '660000002'],
    explanation:
      'the SubCode of QueryUserInfos for a user who is not registered: both are documented',
  },
  serverApiCallbacks: {
    values: ['yes', 'no'],
    explanation: 'whether CallInvite, CallAccept and CallReject cause callbacks',
  },
  neverLoggedInCallees: {
    values: ['as-logged-out', 'as-offline'],
    explanation:
      'whether call_create leaves out callees who have never logged in, and is not sent if there are no others',
  },
  absentCaller: {
    values: ['offline', 'online'],
    explanation:
      'how a caller without a session counts when no callee answers: offline (call_timeout), or online (call_cancel)',
  },
  userActionCallbacks: {
    values: ['yes', 'no'],
    explanation: 'whether logins, logouts and lost connections cause user_action callbacks',
  },
  callbackRetrySigning: {
    values: ['same', 'new'],
    explanation:
      'whether a callback that is sent again keeps its nonce, timestamp and signature, or gets new ones',
  },
  callbackEncoding: {
    values: ['escaped-json', 'json', 'url-encoded'],
    explanation:
      'the body of a callback: JSON without a plain % or +, which URL-decoding does not change; plain JSON; or percent-encoded as a whole',
  },
};

/** Returns the given switches with defaults filled in; problems are added to `problems`. */
export function resolveAssumptions(
  given: Readonly<Record<string, unknown>>,
  problems: string[],
): SandboxAssumptions {
  problems.push(...unknownNames(Object.keys(given), Object.keys(assumptionTable), 'assumptions.'));

  const pick = <Value extends string>(
    name: SandboxAssumption,
    values: readonly [Value, ...Value[]],
  ): Value => {
    const value = given[name];
    if (value === undefined) return values[0];
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) problems.push(`assumptions.${name} must be ${values.join(' or ')}`);
    return found ?? values[0];
  };

  const table = assumptionTable;
  return {
    unknownAppId: pick('unknownAppId', table.unknownAppId.values),
    nonceFormat: pick('nonceFormat', table.nonceFormat.values),
    nonceReplay: pick('nonceReplay', table.nonceReplay.values),
    nonceReplayCode: pick('nonceReplayCode', table.nonceReplayCode.values),
    longUserId: pick('longUserId', table.longUserId.values),
    tooManyUsers: pick('tooManyUsers', table.tooManyUsers.values),
    quotaWindow: pick('quotaWindow', table.quotaWindow.values),
    quotaScope: pick('quotaScope', table.quotaScope.values),
    quotaCountsRefused: pick('quotaCountsRefused', table.quotaCountsRefused.values),
    unregisteredCallees: pick('unregisteredCallees', table.unregisteredCallees.values),
    duplicateCallees: pick('duplicateCallees', table.duplicateCallees.values),
    repeatAnswer: pick('repeatAnswer', table.repeatAnswer.values),
    changedAnswer: pick('changedAnswer', table.changedAnswer.values),
    onlineStatusCase: pick('onlineStatusCase', table.onlineStatusCase.values),
    unknownUserInfo: pick('unknownUserInfo', table.unknownUserInfo.values),
    serverApiCallbacks: pick('serverApiCallbacks', table.serverApiCallbacks.values),
    neverLoggedInCallees: pick('neverLoggedInCallees', table.neverLoggedInCallees.values),
    absentCaller: pick('absentCaller', table.absentCaller.values),
    userActionCallbacks: pick('userActionCallbacks', table.userActionCallbacks.values),
    callbackRetrySigning: pick('callbackRetrySigning', table.callbackRetrySigning.values),
    callbackEncoding: pick('callbackEncoding', table.callbackEncoding.values),
  };
}
