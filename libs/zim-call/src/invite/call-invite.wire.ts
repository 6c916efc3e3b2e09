import type { ZimCallInviteBody, ZimOfflinePushWire } from 'zim-protocol';
import { ownFields } from '../config/own-fields.js';
import type { CallInviteDto } from './call-invite.dto.js';
import type {
  OfflinePushDto,
  PrivateMessageTemplateDto,
  PushImageInfoDto,
} from './offline-push.dto.js';

/**
 * The body of CallInvite: the one place where names change to ZIM's. Fields that were not given, or given
 * as null, stay off the wire; `OfflinePush` is always on it, for ZIM requires it even when nobody is pushed.
 */
export function toCallInviteBody(
  invite: CallInviteDto,
  extendedData: string | undefined,
): ZimCallInviteBody {
  return withoutNulls({
    FromUserId: invite.fromUserId,
    UserIds: invite.userIds,
    Timeout: invite.timeoutSeconds,
    ExtendedData: extendedData,
    OfflinePush: ifGiven(invite.offlinePush, toOfflinePush) ?? { Enable: 0 },
  });
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
