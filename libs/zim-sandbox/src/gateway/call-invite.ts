import { zimActions } from 'zim-protocol';
import { type CallEngine } from '../calls/call-engine.js';
import { type SandboxIds } from '../core/ids.js';
import { type JsonObject } from '../core/json.js';
import { type Settings } from '../core/settings.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { isSelfRegistering } from '../faults/magic-ids.js';
import { parseCallInvite, unknownFields, type CallInviteRequest } from './call-invite-body.js';
import { type ActionOutcome, type GatewayAction } from './request-context.js';

export interface CallInviteParts {
  readonly directory: UserDirectory;
  readonly engine: CallEngine;
  readonly ids: SandboxIds;
  readonly settings: Settings;
}

const callerUnregistered = 660500002;
/** The vendor's sample reply gives a failed callee the same code as an unregistered caller. */
const calleeUnregistered = 660500002;
const calleesUnregistered = 660900003;

/**
 * Makes phones ring. Checks the parameters, then the caller, then the callees.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
export function createCallInvite(parts: CallInviteParts): GatewayAction {
  const emptyFields = { ErrorUsers: [] };
  const refused = (code: number, hint: string): ActionOutcome => ({
    code,
    fields: emptyFields,
    hint,
  });

  return {
    name: 'CallInvite',
    facts: zimActions.CallInvite,
    emptyFields,
    run(appId, { body }) {
      const { directory, settings } = parts;
      const { assumptions } = settings;
      const invite = parseCallInvite(body, assumptions);
      if ('code' in invite) return refused(invite.code, invite.hint);
      const callees = [...new Set(invite.callees)];
      if (callees.length < invite.callees.length && assumptions.duplicateCallees === 'refuse')
        return refused(
          660000002,
          'UserIds names a callee twice, which this sandbox is configured to refuse (duplicateCallees=refuse)',
        );
      registerMagicUsers(directory, [invite.caller, ...callees], appId);
      if (!directory.has(invite.caller, appId))
        return refused(
          callerUnregistered,
          'the caller (FromUserId) is not registered with this AppID',
        );

      const absent = callees.filter((callee) => !directory.has(callee, appId));
      const failed = absent.map((userId) => ({ userId, code: calleeUnregistered }));
      const fields = {
        ErrorUsers: failed.map(({ userId, code }) => ({ UserId: userId, SubCode: code })),
      };
      const isRefused =
        absent.length === callees.length ||
        (absent.length > 0 && assumptions.unregisteredCallees === 'any');
      if (isRefused)
        return {
          code: calleesUnregistered,
          fields,
          failed,
          hint: `not registered with this AppID: ${absent.join(', ')} (unregisteredCallees=${assumptions.unregisteredCallees})`,
        };

      const rings = callees.filter((callee) => !absent.includes(callee));
      const call = startCall(parts, appId, invite, rings, failed);
      return {
        code: 0,
        fields: { CallId: call.callId, CreateTime: call.createdAt, ...fields },
        callId: call.callId,
        rings,
        failed,
        hint: warnings(body, invite, callees, absent),
      };
    },
  };
}

/** Registers magic user ids, which need no set-up. */
function registerMagicUsers(
  directory: UserDirectory,
  userIds: readonly string[],
  appId: number,
): void {
  const missing = userIds.filter(
    (userId) => isSelfRegistering(userId) && !directory.has(userId, appId),
  );
  directory.register(missing, appId);
}

function startCall(
  { engine, ids }: CallInviteParts,
  appId: number,
  { caller, timeoutSeconds, extendedData, offlinePush }: CallInviteRequest,
  callees: readonly string[],
  failed: readonly { userId: string; code: number }[],
) {
  const callId = ids.nextCallId();
  return engine.start(
    appId,
    { callId, caller, callees, failed, timeoutSeconds, extendedData, offlinePush },
    'server',
  );
}

/** Returns the hint about an invite that succeeded, if there is something to correct. */
function warnings(
  body: JsonObject,
  invite: CallInviteRequest,
  callees: readonly string[],
  absent: readonly string[],
): string | undefined {
  const ignored = unknownFields(body);
  const list = [
    absent.length > 0 ? `not registered with this AppID: ${absent.join(', ')}` : '',
    callees.length < invite.callees.length ? 'a callee is named twice and rings once' : '',
    ignored.length > 0
      ? `fields that ZIM does not document were ignored: ${ignored.join(', ')}`
      : '',
  ].filter((warning) => warning !== '');
  return list.length === 0 ? undefined : list.join('; ');
}
