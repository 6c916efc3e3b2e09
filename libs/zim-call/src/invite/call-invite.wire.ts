import {
  isZimCallId,
  writeCorrelation,
  type ZimCallInviteBody,
  type ZimOfflinePushWire,
  type ZimReply,
} from 'zim-protocol';
import { doneButUnreadable, readErrorUsers } from '../client/decode-reply.js';
import type { Failure } from '../client/failure.js';
import type { ReplyTime } from '../time/zim-clock.js';
import { ownFields } from '../config/request-options.js';
import type { ZimUserFailure } from '../errors/zim-call-error.js';
import { isRecord, isUserFailures } from '../stores/stored-result.js';
import type { CallAnswerDto } from './call-answer.dto.js';
import type { CallInviteDto } from './call-invite.dto.js';
import type {
  OfflinePushDto,
  PrivateMessageTemplateDto,
  PushImageInfoDto,
} from './offline-push.dto.js';

/** What became of an invite: phones ring, though perhaps not all of them. */
export interface CallInviteResult {
  /** ZIM's id of the call: text of 1 to 32 characters, never a number. */
  readonly callId: string;
  readonly createdAt: Date;
  /**
   * What `createdAt` rests on. `zim`: ZIM's reply or callback states it. If not, `date-header`: the `Date` of the
   * reply, in whole seconds; or `local-clock`: this machine's clock when the reply came.
   */
  readonly createdAtFrom: 'zim' | 'date-header' | 'local-clock';
  /** ZIM's id of the request, for its support; empty if ZIM gave none. */
  readonly requestId: string;
  /**
   * The callees whose phones ring. Confirmed by a callback: those whom ZIM named, which leaves out who is logged
   * out; of the other callees nothing is known.
   */
  readonly invited: readonly string[];
  /** The callees that could not be invited, and why. Confirmed by a callback: always empty. */
  readonly failed: readonly ZimUserFailure[];
  /**
   * What told that the phones ring: ZIM's reply or, with the module's `correlation`, a `call_create` callback in
   * place of a reply that is missing.
   */
  readonly confirmedBy: 'reply' | 'callback';
  /** This is the result of an earlier invite with the same `idempotencyKey`: this invite rang nobody. Else absent. */
  readonly replayed?: true;
}

/** The result of a reply to CallInvite whose `Code` is 0, or why it cannot be told. */
export function readCallInviteResult(
  reply: ZimReply,
  userIds: readonly string[],
  time: ReplyTime,
): CallInviteResult | Failure {
  const failed = readErrorUsers(reply['ErrorUsers'], userIds);
  if (failed === undefined) {
    return doneButUnreadable('phones ring, but ErrorUsers does not tell which do not', reply);
  }
  const callId = reply['CallId'];
  if (typeof callId !== 'string' || !isZimCallId(callId)) {
    return doneButUnreadable('phones ring in a call that the reply gives no CallId for', reply);
  }
  const failedIds = new Set(failed.map(({ userId }) => userId));
  return {
    callId,
    ...createdOf(reply['CreateTime'], time),
    requestId: reply.RequestId,
    invited: userIds.filter((userId) => !failedIds.has(userId)),
    failed,
    confirmedBy: 'reply',
  };
}

function createdOf(
  createTime: unknown,
  time: ReplyTime,
): Pick<CallInviteResult, 'createdAt' | 'createdAtFrom'> {
  const createdAt = readMilliseconds(createTime);
  return createdAt === undefined
    ? { createdAt: time.at, createdAtFrom: time.from }
    : { createdAt, createdAtFrom: 'zim' };
}

/** The result of an earlier invite, as it was written down as JSON; `undefined` if it was not. */
export function reviveCallInviteResult(stored: unknown): CallInviteResult | undefined {
  if (!isRecord(stored)) return undefined;
  const { callId, requestId, invited, failed, confirmedBy } = stored;
  // Releases before this field took a call only if ZIM stated its time.
  const { createdAtFrom = 'zim' } = stored;
  const createdAt = new Date(String(stored['createdAt']));
  if (typeof callId !== 'string' || !isZimCallId(callId)) return undefined;
  if (typeof requestId !== 'string' || Number.isNaN(createdAt.getTime())) return undefined;
  if (!isTexts(invited) || !isUserFailures(failed)) return undefined;
  if (!isConfirmedBy(confirmedBy) || !isCreatedAtFrom(createdAtFrom)) return undefined;
  const stated = { callId, createdAt, createdAtFrom, requestId, invited, failed, confirmedBy };
  return { ...stated, replayed: true };
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isConfirmedBy(value: unknown): value is CallInviteResult['confirmedBy'] {
  return value === 'reply' || value === 'callback';
}

function isCreatedAtFrom(value: unknown): value is CallInviteResult['createdAtFrom'] {
  return value === 'zim' || value === 'date-header' || value === 'local-clock';
}

/** `CreateTime` comes as a number or, in older pages, as text. */
function readMilliseconds(value: unknown): Date | undefined {
  const ms = typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value;
  // 0 is what servers write for a time they do not know.
  if (typeof ms !== 'number' || !(ms > 0)) return undefined;
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date;
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

/** Writes the query of CallAccept and CallReject. */
export function toCallAnswerQuery({
  userId,
  callId,
  extendedData,
}: CallAnswerDto): Record<string, string> {
  const fields = { FromUserId: userId, CallId: callId };
  return typeof extendedData === 'string' ? { ...fields, ExtendedData: extendedData } : fields;
}

function toOfflinePush(push: OfflinePushDto): ZimOfflinePushWire {
  return withoutNulls({
    Enable: push.enable ?? 1,
    Title: push.title,
    Content: push.content,
    Payload: push.payload,
    PushStrategyId: push.pushStrategyId,
    PushImageInfo: ifGiven(push.pushImageInfo, toPushImageInfo),
    EnableBadge: push.enableBadge,
    BadgeIncrement: push.badgeIncrement,
    PrivateMessageTemplate: ifGiven(push.privateMessageTemplate, toTemplate),
    ThreadId: push.threadId,
  });
}

function toPushImageInfo({ apns, android }: PushImageInfoDto): ZimOfflinePushWire['PushImageInfo'] {
  return withoutNulls({
    Apns: ifGiven(apns, ({ image }) => withoutNulls({ Image: image })),
    Android: ifGiven(android, ({ huaWei, fcm }) =>
      withoutNulls({ HuaWei: ifGiven(huaWei, toImageAndIcon), FCM: ifGiven(fcm, toImageAndIcon) }),
    ),
  });
}

function toImageAndIcon({ image, icon }: { image?: string; icon?: string }): {
  Image?: string;
  Icon?: string;
} {
  return withoutNulls({ Image: image, Icon: icon });
}

function toTemplate(
  template: PrivateMessageTemplateDto,
): ZimOfflinePushWire['PrivateMessageTemplate'] {
  return withoutNulls({
    TemplateId: template.templateId,
    TitleParameters: template.titleParameters,
    ContentParameters: template.contentParameters,
  });
}

/** Plain code may pass null for what it does not give; the rules allow that for every optional field. */
function ifGiven<T extends object, R>(
  value: T | null | undefined,
  map: (value: T) => R,
): R | undefined {
  return value === null || value === undefined ? undefined : map(ownFields(value));
}

function withoutNulls<T extends object>(fields: T): T {
  for (const [key, value] of Object.entries(fields)) {
    if (value === null || value === undefined) Reflect.deleteProperty(fields, key);
  }
  return fields;
}
