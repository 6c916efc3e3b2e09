import { IsOptional } from 'class-validator';
import 'reflect-metadata';
import { zimLimits } from 'zim-protocol';
import { IsZimUserId, MaxUtf8Bytes } from '../validation/decorators.js';

/**
 * A user to be registered with ZIM.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
export class RegisterUserDto {
  /** 1 to 32 bytes of ASCII letters, digits, space and the marks ZIM allows. */
  @IsZimUserId()
  userId!: string;

  /** At most 256 bytes of UTF-8. */
  @MaxUtf8Bytes(zimLimits.userNameBytes)
  @IsOptional()
  userName?: string;

  /** Address of a picture: at most 500 bytes. */
  @MaxUtf8Bytes(zimLimits.userAvatarBytes)
  @IsOptional()
  userAvatar?: string;
}

/** What {@link RegisterUserDto} takes as a plain object. */
export type RegisterUserInput = Readonly<RegisterUserDto>;
