import { Injectable } from '@nestjs/common';
import { zimLimits, type ZimReply } from 'zim-protocol';
import { protocolFailure } from '../client/decode-reply.js';
import { readErrorUsers } from '../client/decode-reply.js';
import { Failure } from '../client/failure.js';
import type { ZimApiRequest } from '../client/call-runner.js';
import { CallRunner } from '../client/call-runner.js';
import { isZimCallError, type ZimUserFailure } from '../errors/zim-call-error.js';
import type { RequestOptions } from '../config/request-options.js';
import { validateInput } from '../validation/validate-input.js';
import { type RegisterUserInput, RegisterUsersDto, UserIdsDto } from './zim-user.dto.js';

/** What became of users that were to be registered. */
export interface RegisterUsersResult {
  readonly registered: readonly string[];
  /** Code 660700002 tells a user who was registered before: repeating a registration does no harm. */
  readonly failed: readonly ZimUserFailure[];
}

/** Who is online. */
export interface UserOnlineStates {
  readonly users: readonly { readonly userId: string; readonly online: boolean }[];
  /** Users who are unknown, logged out, or registered but never logged in (660200001). */
  readonly failed: readonly ZimUserFailure[];
}

/** What ZIM knows about users. */
export interface UserInfos {
  readonly users: readonly {
    readonly userId: string;
    readonly userName: string;
    readonly userAvatar: string;
    /** Text that `ModifyUserInfo` has set. */
    readonly extra: string;
  }[];
  /** Users whom ZIM does not know. */
  readonly failed: readonly ZimUserFailure[];
}

interface Part<T> {
  readonly users: readonly T[];
  readonly failed: readonly ZimUserFailure[];
}

/** Registers users with ZIM and asks about them. Lists of any length go in requests of 100. */
@Injectable()
export class ZimUserService {
  constructor(private readonly calls: CallRunner) {}

  /**
   * Registers users, so that they can call and be called before they ever log in.
   *
   * Each request of 100 has the deadline of the options. If one fails as a whole, the ones before it stay
   * registered: call again with the same list.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM gives no verdict on each user
   * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
   */
  async register(
    users: readonly RegisterUserInput[],
    options: RequestOptions = {},
  ): Promise<RegisterUsersResult> {
    const action = 'UserRegister';
    const valid = validateInput(RegisterUsersDto, { users }, action).users;
    const { users: registered, failed } = await this.inParts(valid, async (part) => {
      const body = {
        UserInfo: part.map(({ userId, userName, userAvatar }) => ({
          UserId: userId,
          UserName: userName ?? undefined,
          UserAvatar: userAvatar ?? undefined,
        })),
      };
      const ids = part.map(({ userId }) => userId);
      return this.ask(action, { body }, options, ids, (_, failures) => {
        const failedIds = new Set(failures.map(({ userId }) => userId));
        return ids.filter((id) => !failedIds.has(id));
      });
    });
    return { registered, failed };
  }

  /**
   * Tells who is online. ZIM notices a lost connection after about 35 s.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM gives no verdict on each user
   * See https://www.zegocloud.com/docs/zim-server/user/query-users-online-status
   */
  async queryOnlineState(
    userIds: readonly string[],
    options: RequestOptions = {},
  ): Promise<UserOnlineStates> {
    const action = 'QueryUserOnlineState';
    const valid = validateInput(UserIdsDto, { userIds }, action).userIds;
    return this.inParts(valid, (part) =>
      this.ask(action, { query: { UserId: part } }, options, part, (reply) =>
        readList(reply['Result'], (entry) => {
          const userId: unknown = Reflect.get(entry, 'UserId');
          const status: unknown = Reflect.get(entry, 'Status');
          if (typeof userId !== 'string' || typeof status !== 'string') return undefined;
          // Pages print "Online"; clients in the field see "online".
          return { userId, online: status.toLowerCase() === 'online' };
        }),
      ),
    );
  }

  /**
   * Tells names and pictures. The cheapest way to find out whether a user is registered.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM gives no verdict on each user
   * See https://www.zegocloud.com/docs/zim-server/user/query-user-information
   */
  async queryInfo(userIds: readonly string[], options: RequestOptions = {}): Promise<UserInfos> {
    const action = 'QueryUserInfos';
    const valid = validateInput(UserIdsDto, { userIds }, action).userIds;
    return this.inParts(valid, (part) =>
      this.ask(action, { body: { UserIds: part } }, options, part, (reply) =>
        readList(reply['Result'], (entry) => {
          const userId: unknown = Reflect.get(entry, 'UserId');
          if (typeof userId !== 'string') return undefined;
          const [userName = '', userAvatar = '', extra = ''] = ['UserName', 'UserAvatar', 'Extra']
            .map((name): unknown => Reflect.get(entry, name))
            .map((value) => (typeof value === 'string' ? value : undefined));
          return { userId, userName, userAvatar, extra };
        }),
      ),
    );
  }

  /** One request. A refusal that names every user is a verdict on each, and no failure of the request. */
  private async ask<T>(
    action: string,
    request: ZimApiRequest,
    options: RequestOptions,
    userIds: readonly string[],
    read: (reply: ZimReply, failed: readonly ZimUserFailure[]) => readonly T[] | undefined,
  ): Promise<Part<T>> {
    try {
      return await this.calls.run({
        action,
        request,
        options,
        userIds,
        decode: (reply): Part<T> | Failure => {
          const failed = readErrorUsers(reply['ErrorList'], userIds);
          if (failed === undefined) return unreadable(reply, 'ErrorList');
          const users = read(reply, failed);
          return users === undefined ? unreadable(reply, 'Result') : { users, failed };
        },
      });
    } catch (error) {
      const failed = isZimCallError(error) && error.outcome === 'rejected' ? error.errorUsers : [];
      const failedIds = new Set(failed?.map(({ userId }) => userId));
      if (failed === undefined || !userIds.every((userId) => failedIds.has(userId))) throw error;
      return { users: [], failed };
    }
  }

  private async inParts<I, T>(
    items: readonly I[],
    askPart: (part: readonly I[]) => Promise<Part<T>>,
  ): Promise<Part<T>> {
    const users: T[] = [];
    const failed: ZimUserFailure[] = [];
    for (let start = 0; start < items.length; start += zimLimits.usersPerRequest) {
      const part = await askPart(items.slice(start, start + zimLimits.usersPerRequest));
      users.push(...part.users);
      failed.push(...part.failed);
    }
    return { users, failed };
  }
}

function unreadable(reply: ZimReply, field: string): Failure {
  return protocolFailure(
    `ZIM accepted it, but the reply's ${field} is not readable`,
    reply.RequestId,
  );
}

function readList<T>(
  value: unknown,
  readEntry: (entry: object) => T | undefined,
): readonly T[] | undefined {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return undefined;
  const entries = value.map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? readEntry(entry) : undefined,
  );
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}
