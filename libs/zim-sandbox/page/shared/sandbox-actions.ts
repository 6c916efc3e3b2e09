/** The Actions that the sandbox emulates, each with its own quota. */
export const sandboxActions: readonly string[] = [
  'CallInvite',
  'CallAccept',
  'CallReject',
  'UserRegister',
  'QueryUserOnlineState',
  'QueryUserInfos',
];
