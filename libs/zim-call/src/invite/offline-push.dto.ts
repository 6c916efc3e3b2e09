import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsUrl,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { zimLimits, type ZimPushSwitch } from 'zim-protocol';
import { IsWellFormedText, optionalText } from '../validation/decorators.js';

const webAddress = { protocols: ['http', 'https'], require_protocol: true, require_tld: false };
const secureAddress = { ...webAddress, protocols: ['https'] };

/** Picture of a push on Apple's devices. */
export class ApnsPushImageDto {
  /** Address of the picture. */
  @IsUrl(webAddress)
  @IsOptional()
  image?: string;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return { image: optionalText };
  }
}

/** Picture and icon of a push on Huawei's devices. */
export class HuaWeiPushImageDto {
  /** `https` address of a picture under 512 KB. */
  @IsUrl(secureAddress)
  @IsOptional()
  image?: string;

  /** Path of a resource inside the app. */
  @IsWellFormedText()
  @IsOptional()
  icon?: string;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return { image: optionalText, icon: optionalText };
  }
}

/** Picture and icon of a push through Firebase. */
export class FcmPushImageDto {
  /** Address of a picture of 1 MB at most. */
  @IsUrl(webAddress)
  @IsOptional()
  image?: string;

  /** Address of the icon. */
  @IsUrl(webAddress)
  @IsOptional()
  icon?: string;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return { image: optionalText, icon: optionalText };
  }
}

/** Pictures on Android's push services. */
export class AndroidPushImageDto {
  @ValidateNested()
  @Type(() => HuaWeiPushImageDto)
  @IsObject()
  @IsOptional()
  huaWei?: HuaWeiPushImageDto;

  @ValidateNested()
  @Type(() => FcmPushImageDto)
  @IsObject()
  @IsOptional()
  fcm?: FcmPushImageDto;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return {
      huaWei: { required: false, type: () => HuaWeiPushImageDto },
      fcm: { required: false, type: () => FcmPushImageDto },
    };
  }
}

/** Pictures of a push. ZIM documents them for pushes to all users, not for invites. */
export class PushImageInfoDto {
  @ValidateNested()
  @Type(() => ApnsPushImageDto)
  @IsObject()
  @IsOptional()
  apns?: ApnsPushImageDto;

  @ValidateNested()
  @Type(() => AndroidPushImageDto)
  @IsObject()
  @IsOptional()
  android?: AndroidPushImageDto;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return {
      apns: { required: false, type: () => ApnsPushImageDto },
      android: { required: false, type: () => AndroidPushImageDto },
    };
  }
}

/** OPPO's template for private messages. */
export class PrivateMessageTemplateDto {
  @IsWellFormedText()
  @IsOptional()
  templateId?: string;

  @IsWellFormedText()
  @IsOptional()
  titleParameters?: string;

  @IsWellFormedText()
  @IsOptional()
  contentParameters?: string;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return {
      templateId: optionalText,
      titleParameters: optionalText,
      contentParameters: optionalText,
    };
  }
}

/**
 * What an offline callee's device shows. ZIM documents no length limit for its texts.
 *
 * See https://www.zegocloud.com/docs/zim-server/messaging/messagebody-introduction
 */
export class OfflinePushDto {
  /** 1 (the default here, once `offlinePush` is given): push. 0: no push. */
  @IsIn([0, 1], { message: '$property must be 0 or 1' })
  @IsOptional()
  enable?: ZimPushSwitch;

  @IsWellFormedText()
  @IsOptional()
  title?: string;

  @IsWellFormedText()
  @IsOptional()
  content?: string;

  /** Text for the app that receives the push. */
  @IsWellFormedText()
  @IsOptional()
  payload?: string;

  /** Resources id of a push strategy, at most 32 characters. ZIM does not list it for invites. */
  @MaxLength(zimLimits.pushStrategyIdCharacters)
  @IsWellFormedText()
  @IsOptional()
  pushStrategyId?: string;

  @ValidateNested()
  @Type(() => PushImageInfoDto)
  @IsObject()
  @IsOptional()
  pushImageInfo?: PushImageInfoDto;

  /** Whether the system's push carries a badge. */
  @IsBoolean()
  @IsOptional()
  enableBadge?: boolean;

  /** By how much the badge grows: 0 (default) to 99. */
  @Max(zimLimits.badgeIncrement)
  @Min(0)
  @IsInt()
  @IsOptional()
  badgeIncrement?: number;

  @ValidateNested()
  @Type(() => PrivateMessageTemplateDto)
  @IsObject()
  @IsOptional()
  privateMessageTemplate?: PrivateMessageTemplateDto;

  /** Group of messages on Apple's devices. */
  @IsWellFormedText()
  @IsOptional()
  threadId?: string;

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return {
      enable: { required: false, type: 'integer', enum: [0, 1], default: 1 },
      title: optionalText,
      content: optionalText,
      payload: optionalText,
      pushStrategyId: { ...optionalText, maxLength: zimLimits.pushStrategyIdCharacters },
      pushImageInfo: { required: false, type: () => PushImageInfoDto },
      enableBadge: { required: false, type: 'boolean' },
      badgeIncrement: {
        required: false,
        type: 'integer',
        minimum: 0,
        maximum: zimLimits.badgeIncrement,
      },
      privateMessageTemplate: { required: false, type: () => PrivateMessageTemplateDto },
      threadId: optionalText,
    };
  }
}
