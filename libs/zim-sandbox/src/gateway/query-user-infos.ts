import { zimActions } from 'zim-protocol';
import { type Settings } from '../core/settings.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { refuseUserList } from './user-list.js';
import { type GatewayAction } from './visit.js';

const loggedOut = 660000002;

/**
 * Returns the names and pictures of users who are registered and have not logged out. The Code is 0 as soon as one
 * was found; if none was, it is the SubCode of the first. A user named twice is answered once.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-user-information
 */
export function createQueryUserInfos({
  directory,
  settings,
}: {
  readonly directory: UserDirectory;
  readonly settings: Settings;
}): GatewayAction {
  const emptyFields = { Result: [], ErrorList: [] };
  const tooManyCode = Number(settings.assumptions.tooManyUsers);
  const unregistered = Number(settings.assumptions.unknownUserInfo);
  return {
    name: 'QueryUserInfos',
    facts: zimActions.QueryUserInfos,
    emptyFields,
    run(appId, { body }) {
      const named: unknown = body.UserIds;
      if (!isTextList(named))
        return { code: 660000002, fields: emptyFields, hint: 'UserIds must be a list of texts' };
      const refusal = refuseUserList(named, 'UserIds', tooManyCode);
      if (refusal !== undefined) return { ...refusal, fields: emptyFields };

      const ids = [...new Set(named)];
      const failed = ids.flatMap((userId) => {
        const presence = directory.presence(userId, appId);
        if (presence === undefined) return [{ userId, code: unregistered, why: 'not registered' }];
        return presence === 'logged-out' ? [{ userId, code: loggedOut, why: presence }] : [];
      });
      const found = ids
        .filter((userId) => !failed.some((failure) => failure.userId === userId))
        .flatMap((userId) => directory.get(userId, appId) ?? []);
      const [first] = failed;
      return {
        code: found.length > 0 || first === undefined ? 0 : first.code,
        fields: {
          Result: found.map(({ userId, userName, userAvatar }) => ({
            UserId: userId,
            UserName: userName ?? '',
            UserAvatar: userAvatar ?? '',
            Extra: '',
          })),
          ErrorList: failed.map(({ userId, code }) => ({ UserId: userId, SubCode: code })),
        },
        failed: failed.map(({ userId, code }) => ({ userId, code })),
        hint:
          first === undefined
            ? undefined
            : failed.map(({ userId, why }) => `${userId}: ${why}`).join('; '),
      };
    },
  };
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
