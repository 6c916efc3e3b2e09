import { createCallAnswer } from './call-answer.js';
import { createCallInvite, type CallInviteParts } from './call-invite.js';
import { createQueryUserInfos, createQueryUserOnlineState } from './query-users.js';
import { createUserRegister } from './user-register.js';
import { type GatewayAction } from './request-context.js';

export type ActionParts = CallInviteParts;

/** Returns every operation that the sandbox implements. */
export function createActions(parts: ActionParts): readonly GatewayAction[] {
  return [
    createCallInvite(parts),
    createCallAnswer('CallAccept', parts),
    createCallAnswer('CallReject', parts),
    createUserRegister(parts),
    createQueryUserOnlineState(parts),
    createQueryUserInfos(parts),
  ];
}
