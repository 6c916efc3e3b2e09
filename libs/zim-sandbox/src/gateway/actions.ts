import { createCallAnswer } from './call-answer.js';
import { createCallInvite, type CallInviteParts } from './call-invite.js';
import { createQueryUserInfos } from './query-user-infos.js';
import { createQueryUserOnlineState } from './query-user-online-state.js';
import { createUserRegister } from './user-register.js';
import { type GatewayAction } from './visit.js';

export type ActionParts = CallInviteParts;

/** Every operation this sandbox carries out. */
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
