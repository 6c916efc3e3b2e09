import 'reflect-metadata';
import { IsBoolean, IsIn, IsInt, IsOptional, IsUrl, Max, MaxLength, Min } from 'class-validator';
import { zimLimits, type ZimPushSwitch } from 'zim-protocol';
import { IsOptionalObject, IsOptionalText } from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';

const webAddress = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const secureAddress = { ...webAddress, protocols: ['https'] };

/** Picture of a push on Apple's devices. */
@DescribedByRules()
export class ApnsPushImageDto {
  /** Address of the picture. */
  @IsUrl(webAddress)
  @IsOptional()
  image?: string | undefined;
}

/** Picture and icon of a push on Huawei's devices. */
@DescribedByRules()
export class HuaWeiPushImageDto {
  /** `https` address of a picture under 512 KB. */
  @IsUrl(secureAddress)
  @IsOptional()
  image?: string | undefined;

  /** Path of a resource inside the app. */
  @IsOptionalText()
  icon?: string | undefined;
}

/** Picture and icon of a push through Firebase. */
@DescribedByRules()
export class FcmPushImageDto {
  /** Address of a picture of 1 MB at most. */
  @IsUrl(webAddress)
  @IsOptional()
  image?: string | undefined;

  /** Address of the icon. */
  @IsUrl(webAddress)
  @IsOptional()
  icon?: string | undefined;
}

/** Pictures on Android's push services. */
@DescribedByRules()
export class AndroidPushImageDto {
  @IsOptionalObject(HuaWeiPushImageDto)
  huaWei?: HuaWeiPushImageDto | undefined;

  @IsOptionalObject(FcmPushImageDto)
  fcm?: FcmPushImageDto | undefined;
}

/** Pictures of a push. ZIM documents them for pushes to all users, not for invites. */
@DescribedByRules()
export class PushImageInfoDto {
  @IsOptionalObject(ApnsPushImageDto)
  apns?: ApnsPushImageDto | undefined;

  @IsOptionalObject(AndroidPushImageDto)
  android?: AndroidPushImageDto | undefined;
}

/** OPPO's template for private messages. */
@DescribedByRules()
export class PrivateMessageTemplateDto {
  @IsOptionalText()
  templateId?: string | undefined;

  @IsOptionalText()
  titleParameters?: string | undefined;

  @IsOptionalText()
  contentParameters?: string | undefined;
}

/**
 * What an offline callee's device shows. ZIM documents no length limit for its texts.
 *
 * See https://www.zegocloud.com/docs/zim-server/messaging/messagebody-introduction
 */
@DescribedByRules({ enable: { default: 1 } })
export class OfflinePushDto {
  /** 1 (the default here, once `offlinePush` is given): push. 0: no push. */
  @IsIn([0, 1], { message: '$property must be 0 or 1' })
  @IsOptional()
  enable?: ZimPushSwitch | undefined;

  @IsOptionalText()
  title?: string | undefined;

  @IsOptionalText()
  content?: string | undefined;

  /** Text for the app that receives the push. */
  @IsOptionalText()
  payload?: string | undefined;

  /** Resources id of a push strategy, at most 32 characters. ZIM does not list it for invites. */
  @MaxLength(zimLimits.pushStrategyIdCharacters)
  @IsOptionalText()
  pushStrategyId?: string | undefined;

  @IsOptionalObject(PushImageInfoDto)
  pushImageInfo?: PushImageInfoDto | undefined;

  /** Whether the system's push carries a badge. */
  @IsBoolean()
  @IsOptional()
  enableBadge?: boolean | undefined;

  /** By how much the badge grows: 0 (default) to 99. */
  @Max(zimLimits.badgeIncrement)
  @Min(0)
  @IsInt()
  @IsOptional()
  badgeIncrement?: number | undefined;

  @IsOptionalObject(PrivateMessageTemplateDto)
  privateMessageTemplate?: PrivateMessageTemplateDto | undefined;

  /** Group of messages on Apple's devices. */
  @IsOptionalText()
  threadId?: string | undefined;
}
