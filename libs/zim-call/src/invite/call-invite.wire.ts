import {
  isZimCallId,
  writeCorrelation,
  type ZimCallInviteBody,
  type ZimOfflinePushWire,
  type ZimReply,
} from 'zim-protocol';
import { doneButUnreadable, readErrorUsers } from '../client/decode-reply.js';
import type { Failure } from '../client/failure.js';
import { ownFields } from '../config/request-options.js';
import type { ZimUserFailure } from '../errors/errors.js';
import { isRecord, isTexts } from '../config/option-rules.js';
import { isUserFailures } from '../stores/stored-result.js';
import type { ReplyTime } from '../time/zim-clock.js';
import type { CallAnswerDto } from './call-answer.dto.js';
import type { CallInviteDto } from './call-invite.dto.js';
import type { OfflinePushDto, PushImageInfoDto } from './offline-push.dto.js';

/** The result of an invite: phones ring, though perhaps not all of them. */
export interface CallInviteResult {
  /** ZIM's id of the call: text of 1 to 32 characters, never a number. */
  readonly callId: string;
  readonly createdAt: Date;
  /**
   * The source of `createdAt`. `zim`: ZIM's reply or callback. Without a time there, `date-header`: the `Date` of the
   * reply, in whole seconds; or `local-clock`: this machine's clock when the reply arrived.
   */
  readonly createdAtFrom: 'zim' | 'date-header' | 'local-clock';
  /** ZIM's id of the request, for its support; empty if ZIM gave none. */
  readonly requestId: string;
  /**
   * The callees whose phones ring. Confirmed by a callback: those whom ZIM named, which leaves out callees who are
   * logged out; nothing is known of the others.
   */
  readonly invited: readonly string[];
  /** The callees that could not be invited, and why. Confirmed by a callback: always empty. */
  readonly failed: readonly ZimUserFailure[];
  /** `callback`: the reply was lost; with the module's `correlation`, a `call_create` callback replaced it. */
  readonly confirmedBy: 'reply' | 'callback';
  /** True if this is the result of an earlier invite with the same `idempotencyKey`: no phone rang again. Else absent. */
  readonly replayed?: true;
}

/** Reads a reply to CallInvite whose `Code` is 0. */
export function readCallInviteResult(
  reply: ZimReply,
  userIds: readonly string[],
  time: ReplyTime,
): CallInviteResult | Failure {
  const failed = readErrorUsers(reply['ErrorUsers'], userIds);
  if (failed === undefined) {
    return doneButUnreadable('phones ring, but ErrorUsers does not say which do not', reply);
  }
  const callId = reply['CallId'];
  if (typeof callId !== 'string' || !isZimCallId(callId)) {
    return doneButUnreadable('phones ring in a call that the reply gives no CallId for', reply);
  }
  const createdAt = readMilliseconds(reply['CreateTime']);
  const failedIds = new Set(failed.map(({ userId }) => userId));
  return {
    callId,
    createdAt: createdAt ?? time.at,
    createdAtFrom: createdAt === undefined ? time.from : 'zim',
    requestId: reply.RequestId,
    invited: userIds.filter((userId) => !failedIds.has(userId)),
    failed,
    confirmedBy: 'reply',
  };
}

/** `CreateTime` is a number or, on older pages, text. */
function readMilliseconds(value: unknown): Date | undefined {
  const ms = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  // Servers write 0 for a time they do not know.
  if (typeof ms !== 'number' || !(ms > 0)) return undefined;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Reads the stored result of an earlier invite; `undefined` if the stored JSON is none. */
export function reviveCallInviteResult(stored: unknown): CallInviteResult | undefined {
  if (!isRecord(stored)) return undefined;
  const { callId, requestId, invited, failed } = stored;
  const createdAt = new Date(String(stored['createdAt']));
  const createdAtFrom = (['zim', 'date-header', 'local-clock'] as const).find(
    (source) => source === stored['createdAtFrom'],
  );
  const ways = ['reply', 'callback'] as const;
  const confirmedBy = ways.find((way) => way === stored['confirmedBy']);
  if (typeof callId !== 'string' || !isZimCallId(callId)) return undefined;
  if (typeof requestId !== 'string' || Number.isNaN(createdAt.getTime())) return undefined;
  if (!isTexts(invited) || !isUserFailures(failed)) return undefined;
  if (createdAtFrom === undefined || confirmedBy === undefined) return undefined;
  const result = { callId, createdAt, createdAtFrom, requestId, invited, failed, confirmedBy };
  return { ...result, replayed: true };
}

/**
 * Writes the body of CallInvite. Fields that are absent or null stay off the wire; `OfflinePush` is always on it,
 * because ZIM requires it even for invites without a push.
 */
export function toCallInviteBody(invite: CallInviteDto, correlationId?: string): ZimCallInviteBody {
  const { extendedData } = invite;
  return withoutNulls({
    FromUserId: invite.fromUserId,
    UserIds: invite.userIds,
    Timeout: invite.timeoutSeconds,
    ExtendedData:
      correlationId === undefined
        ? extendedData
        : writeCorrelation(correlationId, extendedData ?? ''),
    OfflinePush: ifGiven(invite.offlinePush, toOfflinePush) ?? { Enable: 0 },
  });
}

export function toCallAnswerQuery(answer: CallAnswerDto): Record<string, string> {
  const { userId, callId, extendedData } = answer;
  const data = typeof extendedData === 'string' && { ExtendedData: extendedData };
  return { FromUserId: userId, CallId: callId, ...data };
}

function toOfflinePush(push: OfflinePushDto): ZimOfflinePushWire {
  return {
    Enable: push.enable ?? 1,
    Title: push.title,
    Content: push.content,
    Payload: push.payload,
    PushStrategyId: push.pushStrategyId,
    PushImageInfo: ifGiven(push.pushImageInfo, toPushImageInfo),
    EnableBadge: push.enableBadge,
    BadgeIncrement: push.badgeIncrement,
    PrivateMessageTemplate: ifGiven(push.privateMessageTemplate, (template) => ({
      TemplateId: template.templateId,
      TitleParameters: template.titleParameters,
      ContentParameters: template.contentParameters,
    })),
    ThreadId: push.threadId,
  };
}

function toPushImageInfo({ apns, android }: PushImageInfoDto) {
  return {
    Apns: ifGiven(apns, ({ image }) => ({ Image: image })),
    Android: ifGiven(android, ({ huaWei, fcm }) => ({
      HuaWei: ifGiven(huaWei, toImageAndIcon),
      FCM: ifGiven(fcm, toImageAndIcon),
    })),
  };
}

function toImageAndIcon({ image, icon }: { image?: string; icon?: string }) {
  return { Image: image, Icon: icon };
}

/** Callers may pass null for an absent field: the rules allow it for every optional field. */
function ifGiven<T extends object, R extends object>(
  value: T | null | undefined,
  map: (value: T) => R,
): R | undefined {
  return value === null || value === undefined ? undefined : withoutNulls(map(ownFields(value)));
}

function withoutNulls<T extends object>(fields: T): T {
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined) Reflect.deleteProperty(fields, key);
  }
  return fields;
}
