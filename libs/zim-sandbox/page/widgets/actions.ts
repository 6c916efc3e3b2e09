/** The Actions the sandbox carries out, each with a quota of its own. */
export const actions: readonly string[] = [
  'CallInvite',
  'CallAccept',
  'CallReject',
  'UserRegister',
  'QueryUserOnlineState',
  'QueryUserInfos',
];
