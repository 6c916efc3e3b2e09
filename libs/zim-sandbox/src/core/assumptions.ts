import { unknownNames } from './unknown-names.js';

interface AssumptionRow {
  /** The first value is the default. */
  readonly values: readonly [string, ...string[]];
  readonly explanation: string;
}

/**
 * What ZIM's documentation leaves open, as switches. The types, the checks of the options, the help text and
 * the README all come from (or are tested against) this table.
 */
export const assumptionTable = {
  unknownAppId: {
    values: ['100000011', '100000010'],
    explanation: 'the code for an AppId nobody has: no configuration, or no ServerSecret',
  },
  nonceFormat: {
    values: ['any', 'hex16'],
    explanation: 'whether a SignatureNonce that is not 16 hex digits is refused (100000008)',
  },
  nonceReplay: {
    values: ['refuse', 'allow'],
    explanation:
      'whether a nonce that comes again while its signature lives is refused: each request needs a new signature',
  },
  nonceReplayCode: {
    values: ['100000008', '100000005'],
    explanation: 'the code for a nonce that comes again: no return code is documented for it',
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
    explanation: 'how calls a second are counted: any 1000 ms, the wall-clock second, a bucket',
  },
  quotaScope: {
    values: ['action', 'app'],
    explanation: 'whether each Action of an AppID has its own quota, or all share one',
  },
  quotaCountsRefused: {
    values: ['no', 'yes'],
    explanation: 'whether a throttled call uses quota too, so that hammering never recovers',
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
    explanation: 'the code for the other answer by the same user, while others still ring',
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
    explanation: 'whether CallInvite, CallAccept and CallReject cause callbacks of their own',
  },
  neverLoggedInCallees: {
    values: ['as-logged-out', 'as-offline'],
    explanation:
      'whether call_create leaves out callees who have never logged in, and is not sent for them alone',
  },
  absentCaller: {
    values: ['offline', 'online'],
    explanation:
      'as what a caller without a session counts when nobody answers: call_timeout, or call_cancel',
  },
  userActionCallbacks: {
    values: ['yes', 'no'],
    explanation: 'whether user_action tells of logins, logouts and lost heartbeats',
  },
  callbackRetrySigning: {
    values: ['same', 'new'],
    explanation: 'whether a callback that comes again has its old nonce, timestamp and signature',
  },
  callbackEncoding: {
    values: ['escaped-json', 'json', 'url-encoded'],
    explanation:
      'the body of a callback: JSON without a plain % or +, which URL-decoding leaves as it is; plain JSON; all of it percent-encoded',
  },
} as const satisfies Record<string, AssumptionRow>;

type Table = typeof assumptionTable;

/** The name of a switch. */
export type SandboxAssumption = keyof Table;

/**
 * What the sandbox takes for granted where the vendor's pages are silent. The command line's `--help` and the
 * README list each switch with its values, default and meaning.
 */
export type SandboxAssumptions = {
  readonly [Name in SandboxAssumption]: Table[Name]['values'][number];
};

/** The switches as given, filled up with defaults; whatever is wrong is added to `problems`. */
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
