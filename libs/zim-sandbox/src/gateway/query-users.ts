import { utf8ByteLength, zimActions, zimLimits } from 'zim-protocol';
import { type Refusal } from '../core/reply.js';
import { type Settings } from '../core/settings.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { type GatewayAction } from './request-context.js';

const notLoggedInCode = 660200001;
const loggedOutCode = 660000002;
/** More than a user id can have: the pages of the query operations say so. */
const maxIdBytes = 64;

interface QueryParts {
  readonly directory: UserDirectory;
  readonly settings: Settings;
}

/**
 * Returns which users are online, and which have lost their heartbeat. All others are listed as errors: the unknown,
 * the logged out, and those whom only the server has registered. If that is every user, the Code is the one of their
 * SubCodes. A user named twice is answered once.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-users-online-status
 */
export function createQueryUserOnlineState({ directory, settings }: QueryParts): GatewayAction {
  const emptyFields = { Result: [], ErrorList: [] };
  const spelled = (status: 'Online' | 'Offline') =>
    settings.assumptions.onlineStatusCase === 'online' ? status.toLowerCase() : status;

  return {
    name: 'QueryUserOnlineState',
    facts: zimActions.QueryUserOnlineState,
    emptyFields,
    run(appId, { query }) {
      // The page's prose has the brackets, its schema has not.
      const named = [...query.getAll('UserId[]'), ...query.getAll('UserId')];
      const refusal = refuseUserList(named, 'UserId[]');
      if (refusal !== undefined) return { ...refusal, fields: emptyFields };

      const users = [...new Set(named)].map((userId) => ({
        userId,
        presence: directory.presence(userId, appId),
      }));
      const absent = users.filter(
        ({ presence }) => presence !== 'online' && presence !== 'offline',
      );
      return {
        code: absent.length < users.length ? 0 : notLoggedInCode,
        fields: {
          Result: users
            .filter((user) => !absent.includes(user))
            .map(({ userId, presence }) => ({
              UserId: userId,
              Status: spelled(presence === 'online' ? 'Online' : 'Offline'),
            })),
          ErrorList: absent.map(({ userId }) => ({ UserId: userId, SubCode: notLoggedInCode })),
        },
        failed: absent.map(({ userId }) => ({ userId, code: notLoggedInCode })),
        hint:
          absent.length === 0
            ? undefined
            : absent
                .map((user) => `${user.userId}: ${user.presence ?? 'not registered'}`)
                .join('; '),
      };
    },
  };
}

/**
 * Returns the names and pictures of users who are registered and have not logged out. The Code is 0 as soon as one
 * was found; if none was, it is the SubCode of the first. A user named twice is answered once.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-user-information
 */
export function createQueryUserInfos({ directory, settings }: QueryParts): GatewayAction {
  const emptyFields = { Result: [], ErrorList: [] };
  const tooManyCode = Number(settings.assumptions.tooManyUsers);
  const unregisteredCode = Number(settings.assumptions.unknownUserInfo);
  return {
    name: 'QueryUserInfos',
    facts: zimActions.QueryUserInfos,
    emptyFields,
    run(appId, { body }) {
      const named: unknown = body.UserIds;
      if (!isStringArray(named))
        return {
          code: 660000002,
          fields: emptyFields,
          hint: 'UserIds must be an array of strings',
        };
      const refusal = refuseUserList(named, 'UserIds', tooManyCode);
      if (refusal !== undefined) return { ...refusal, fields: emptyFields };

      const ids = [...new Set(named)];
      const failed = ids.flatMap((userId) => {
        const presence = directory.presence(userId, appId);
        if (presence === undefined)
          return [{ userId, code: unregisteredCode, reason: 'not registered' }];
        return presence === 'logged-out' ? [{ userId, code: loggedOutCode, reason: presence }] : [];
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
            : failed.map(({ userId, reason }) => `${userId}: ${reason}`).join('; '),
      };
    },
  };
}

/** Returns why ZIM would refuse the ids of a query operation: their number as sent, then the length of each. */
function refuseUserList(
  ids: readonly string[],
  field: string,
  tooManyCode = 660000011,
): Refusal | undefined {
  if (ids.length === 0) return { code: 660000002, hint: `${field} must name at least one user` };
  if (ids.length > zimLimits.usersPerRequest)
    return {
      code: tooManyCode,
      hint: `${field} names ${ids.length} users, ${zimLimits.usersPerRequest} are allowed`,
    };
  const index = ids.findIndex((id) => id === '' || utf8ByteLength(id) > maxIdBytes);
  return index === -1
    ? undefined
    : {
        code: 660000002,
        hint: `${field} number ${index + 1} must have 1 to ${maxIdBytes} bytes`,
      };
}

function isStringArray(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
