import { zimActions, zimLimits } from 'zim-protocol';
import { isJsonObject, type JsonObject } from '../core/json.js';
import { messageOf, type Refusal } from '../core/reply.js';
import { type Settings } from '../core/settings.js';
import { refuseUser, type SandboxUser } from '../core/user-rules.js';
import { type UserDirectory } from '../directory/user-directory.js';
import { type GatewayAction } from './request-context.js';

const alreadyRegistered: Refusal = { code: 660700002, hint: 'is registered already' };

/**
 * Registers users one by one. Each that fails is listed; the Code is 0 as soon as one succeeded, else the code of the
 * first failure. Registered users are not online. A user id that occurs twice in one request fails the second time.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
export function createUserRegister({
  directory,
  settings,
}: {
  readonly directory: UserDirectory;
  readonly settings: Settings;
}): GatewayAction {
  const emptyFields = { ErrorList: [] };
  return {
    name: 'UserRegister',
    facts: zimActions.UserRegister,
    emptyFields,
    run(appId, { body }) {
      const users = parseUsers(body, Number(settings.assumptions.tooManyUsers));
      if ('code' in users) return { code: users.code, fields: emptyFields, hint: users.hint };

      const failures = users.flatMap((user) => {
        const refusal =
          refuseUser(user) ?? (directory.has(user.userId, appId) ? alreadyRegistered : undefined);
        if (refusal === undefined)
          directory.register([{ ...user, presence: 'never-logged-in' }], appId);
        return refusal === undefined ? [] : [{ ...refusal, userId: user.userId }];
      });
      const [first] = failures;
      return {
        code: first !== undefined && failures.length === users.length ? first.code : 0,
        fields: {
          ErrorList: failures.map(({ userId, code }) => ({
            UserId: userId,
            SubCode: code,
            SubMessage: messageOf(code),
          })),
        },
        failed: failures.map(({ userId, code }) => ({ userId, code })),
        hint:
          first === undefined
            ? undefined
            : failures.map(({ userId, hint }) => `${userId}: ${hint}`).join('; '),
      };
    },
  };
}

function parseUsers(body: JsonObject, tooManyCode: number): readonly SandboxUser[] | Refusal {
  const list = body.UserInfo;
  if (!Array.isArray(list) || list.length === 0)
    return invalid('UserInfo must be a non-empty array of users');
  if (list.length > zimLimits.usersPerRequest)
    return {
      code: tooManyCode,
      hint: `UserInfo names ${list.length} users, ${zimLimits.usersPerRequest} are allowed`,
    };
  const users = list.flatMap((entry: unknown) => parseUser(entry) ?? []);
  return users.length === list.length
    ? users
    : invalid(
        'each user in UserInfo must have a UserId; UserId, UserName and UserAvatar must be strings',
      );
}

/** Reads a user; a name or picture that is null counts as absent. */
function parseUser(entry: unknown): SandboxUser | undefined {
  if (!isJsonObject(entry)) return undefined;
  const userName = entry.UserName ?? undefined;
  const userAvatar = entry.UserAvatar ?? undefined;
  return typeof entry.UserId === 'string' &&
    isStringOrAbsent(userName) &&
    isStringOrAbsent(userAvatar)
    ? { userId: entry.UserId, userName, userAvatar }
    : undefined;
}

function isStringOrAbsent(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

function invalid(hint: string): Refusal {
  return { code: 660000002, hint };
}
