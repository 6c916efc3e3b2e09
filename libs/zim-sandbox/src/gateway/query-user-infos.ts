import { zimActions } from 'zim-protocol';
import { type UserDirectory } from '../directory/user-directory.js';
import { refuseUserList } from './user-list.js';
import { type GatewayAction } from './visit.js';

const unregistered = 660700015;

/**
 * Tells names and pictures of registered users, online or not. The answer is 0 as soon as one was found. A
 * user named twice is answered once.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-user-information
 */
export function createQueryUserInfos(directory: UserDirectory): GatewayAction {
  const emptyFields = { Result: [], ErrorList: [] };
  return {
    name: 'QueryUserInfos',
    facts: zimActions.QueryUserInfos,
    emptyFields,
    run(appId, { body }) {
      const named: unknown = body.UserIds;
      if (!isTextList(named))
        return { code: 660000002, fields: emptyFields, hint: 'UserIds must be a list of texts' };
      const refusal = refuseUserList(named, 'UserIds');
      if (refusal !== undefined) return { ...refusal, fields: emptyFields };

      const ids = [...new Set(named)];
      const found = ids.flatMap((userId) => directory.get(userId, appId) ?? []);
      const absent = ids.filter((userId) => !directory.has(userId, appId));
      return {
        code: found.length > 0 ? 0 : unregistered,
        fields: {
          Result: found.map(({ userId, userName, userAvatar }) => ({
            UserId: userId,
            UserName: userName ?? '',
            UserAvatar: userAvatar ?? '',
            Extra: '',
          })),
          ErrorList: absent.map((userId) => ({ UserId: userId, SubCode: unregistered })),
        },
        failed: absent.map((userId) => ({ userId, code: unregistered })),
        hint:
          absent.length === 0 ? undefined : `not registered with this AppID: ${absent.join(', ')}`,
      };
    },
  };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
