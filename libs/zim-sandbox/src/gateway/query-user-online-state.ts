import { zimActions } from 'zim-protocol';
import { type Settings } from '../core/settings.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { refuseUserList } from './user-list.js';
import { type GatewayAction } from './visit.js';

const notLoggedIn = 660200001;

/**
 * Returns who is online, and who has lost the heartbeat. All others are listed as errors: the unknown, the
 * logged out, and those whom only the server has registered. If that is everybody, the Code is the one of their
 * SubCodes. A user named twice is answered once.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/query-users-online-status
 */
export function createQueryUserOnlineState({
  directory,
  settings,
}: {
  readonly directory: UserDirectory;
  readonly settings: Settings;
}): GatewayAction {
  const emptyFields = { Result: [], ErrorList: [] };
  const write = (status: 'Online' | 'Offline') =>
    settings.assumptions.onlineStatusCase === 'online' ? status.toLowerCase() : status;

  return {
    name: 'QueryUserOnlineState',
    facts: zimActions.QueryUserOnlineState,
    emptyFields,
    run(appId, { query }) {
      // The prose has the brackets, the schema has not.
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
        code: absent.length < users.length ? 0 : notLoggedIn,
        fields: {
          Result: users
            .filter((user) => !absent.includes(user))
            .map(({ userId, presence }) => ({
              UserId: userId,
              Status: write(presence === 'online' ? 'Online' : 'Offline'),
            })),
          ErrorList: absent.map(({ userId }) => ({ UserId: userId, SubCode: notLoggedIn })),
        },
        failed: absent.map(({ userId }) => ({ userId, code: notLoggedIn })),
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
