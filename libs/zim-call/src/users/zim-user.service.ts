import { Injectable } from '@nestjs/common';
import { zimLimits, type ZimReply } from 'zim-protocol';
import { CallRunner } from '../client/call-runner.js';
import { protocolFailure, readErrorUsers, textOf } from '../client/decode-reply.js';
import { Failure } from '../client/failure.js';
import { isRecord } from '../config/option-rules.js';
import {
  checkRequestOptions,
  type ZimApiRequest,
  type ZimRequestOptions,
} from '../config/request-options.js';
import { isZimCallError, type ZimUserFailure } from '../errors/errors.js';
import { validateInput } from '../validation/zim-validation.pipe.js';
import { type ZimRegisterUserInput, ZimRegisterUsersDto, UserIdsDto } from './zim-user.dto.js';

/** The result of registering users. */
export interface ZimRegisterUsersResult {
  readonly registered: readonly string[];
  /** Code 660700002 means that the user was registered before: repeating a registration does no harm. */
  readonly failed: readonly ZimUserFailure[];
}

/** Who is online. */
export interface ZimUserOnlineStates {
  readonly users: readonly { readonly userId: string; readonly online: boolean }[];
  /** Users who are unknown, logged out, or registered but never logged in (660200001). */
  readonly failed: readonly ZimUserFailure[];
}

/** What ZIM knows about users. */
export interface ZimUserInfos {
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

/** Registers users with ZIM and queries them. Lists of any length are sent in requests of 100. */
@Injectable()
export class ZimUserService {
  /** @internal */
  constructor(private readonly calls: CallRunner) {}

  /**
   * Registers users, so that they can call and be called before they log in for the first time.
   *
   * Each request of 100 has the deadline of the options. If a request fails as a whole, the users of earlier requests
   * stay registered: call again with the same list.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM's reply does not cover each user
   * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
   */
  async register(
    users: readonly ZimRegisterUserInput[],
    options: ZimRequestOptions = {},
  ): Promise<ZimRegisterUsersResult> {
    const action = 'UserRegister';
    const valid = validateInput(ZimRegisterUsersDto, { users }, action).users;
    const { failed } = await inParts(valid, (part) => {
      const body = {
        UserInfo: part.map(({ userId, userName, userAvatar }) => ({
          UserId: userId,
          UserName: userName ?? undefined,
          UserAvatar: userAvatar ?? undefined,
        })),
      };
      const userIds = part.map(({ userId }) => userId);
      return this.send(action, { body }, options, userIds, () => []);
    });
    const failedIds = new Set(failed.map(({ userId }) => userId));
    const userIds = valid.map(({ userId }) => userId);
    return { registered: userIds.filter((userId) => !failedIds.has(userId)), failed };
  }

  /**
   * Returns who is online. ZIM notices a lost connection after about 35 s.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM's reply does not cover each user
   * See https://www.zegocloud.com/docs/zim-server/user/query-users-online-status
   */
  async queryOnlineState(
    userIds: readonly string[],
    options: ZimRequestOptions = {},
  ): Promise<ZimUserOnlineStates> {
    const action = 'QueryUserOnlineState';
    const valid = validateInput(UserIdsDto, { userIds }, action).userIds;
    return inParts(valid, (part) =>
      this.send(action, { query: { UserId: part } }, options, part, (reply) =>
        readResult(reply, ({ UserId: userId, Status: status }) => {
          if (typeof userId !== 'string' || typeof status !== 'string') return undefined;
          // Pages print "Online"; clients in the field see "online".
          return { userId, online: status.toLowerCase() === 'online' };
        }),
      ),
    );
  }

  /**
   * Returns names and pictures. The cheapest way to find out whether a user is registered.
   *
   * @throws ZimInvalidRequestError if a rule is broken: nothing was sent
   * @throws ZimCallError if ZIM's reply does not cover each user
   * See https://www.zegocloud.com/docs/zim-server/user/query-user-information
   */
  async queryInfo(
    userIds: readonly string[],
    options: ZimRequestOptions = {},
  ): Promise<ZimUserInfos> {
    const action = 'QueryUserInfos';
    const valid = validateInput(UserIdsDto, { userIds }, action).userIds;
    return inParts(valid, (part) =>
      this.send(action, { body: { UserIds: part } }, options, part, (reply) =>
        readResult(reply, ({ UserId: userId, UserName, UserAvatar, Extra }) => {
          if (typeof userId !== 'string') return undefined;
          const userName = textOf(UserName);
          return { userId, userName, userAvatar: textOf(UserAvatar), extra: textOf(Extra) };
        }),
      ),
    );
  }

  /** Sends one request. A refusal that names every user is the result of each, not a failure of the request. */
  private async send<T>(
    action: string,
    request: ZimApiRequest,
    options: ZimRequestOptions,
    userIds: readonly string[],
    readUsers: (reply: ZimReply) => readonly T[] | undefined,
  ): Promise<Part<T>> {
    try {
      return await this.calls.run({
        action,
        request,
        options: checkRequestOptions(action, options),
        userIds,
        decode: (reply): Part<T> | Failure => {
          const failed = readErrorUsers(reply['ErrorList'], userIds);
          if (failed === undefined) return unreadable(reply, 'ErrorList');
          const users = readUsers(reply);
          return users === undefined ? unreadable(reply, 'Result') : { users, failed };
        },
      });
    } catch (error) {
      const failed = isZimCallError(error) && error.outcome === 'rejected' ? error.errorUsers : [];
      // ZIM's list is read for these users only, and once for each.
      if (failed?.length !== userIds.length) throw error;
      return { users: [], failed };
    }
  }
}

/** Sends a list in parts of 100, one after the other, and joins the results. */
async function inParts<I, T>(
  items: readonly I[],
  send: (part: readonly I[]) => Promise<Part<T>>,
): Promise<Part<T>> {
  const parts: Part<T>[] = [];
  for (let start = 0; start < items.length; start += zimLimits.usersPerRequest) {
    parts.push(await send(items.slice(start, start + zimLimits.usersPerRequest)));
  }
  return {
    users: parts.flatMap(({ users }) => users),
    failed: parts.flatMap(({ failed }) => failed),
  };
}

function unreadable({ RequestId }: ZimReply, field: string): Failure {
  return protocolFailure(`ZIM accepted it, but the reply's ${field} is not readable`, RequestId);
}

/** Reads each entry of `Result`; `undefined` if one of them is not readable. Absent or null means no user. */
function readResult<T>(
  reply: ZimReply,
  readEntry: (entry: Readonly<Record<string, unknown>>) => T | undefined,
): readonly T[] | undefined {
  const list = reply['Result'] ?? [];
  if (!Array.isArray(list)) return undefined;
  const entries = list.map((entry: unknown) => (isRecord(entry) ? readEntry(entry) : undefined));
  return entries.every((entry) => entry !== undefined) ? entries : undefined;
}
