import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { zimLimits } from 'zim-protocol';
import { IsZimUserId, MaxUtf8Bytes } from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';

/**
 * A user to register with ZIM.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
@DescribedByRules()
export class ZimRegisterUserDto {
  /** 1 to 32 bytes of ASCII letters, digits, space and the symbols that ZIM allows. */
  @IsZimUserId()
  userId!: string;

  /** At most 256 bytes of UTF-8. */
  @MaxUtf8Bytes(zimLimits.userNameBytes)
  @IsOptional()
  userName?: string | undefined;

  /** Address of a picture: at most 500 bytes. */
  @MaxUtf8Bytes(zimLimits.userAvatarBytes)
  @IsOptional()
  userAvatar?: string | undefined;
}

/** {@link ZimRegisterUserDto} as a plain object. */
export type ZimRegisterUserInput = Readonly<ZimRegisterUserDto>;

const userIdOf = (user: { readonly userId?: unknown } | null): unknown => user?.userId ?? user;

/** Users to register: at least one, none twice. */
@DescribedByRules({ users: { type: () => [ZimRegisterUserDto] } })
export class ZimRegisterUsersDto {
  @ValidateNested({ each: true })
  @Type(() => ZimRegisterUserDto)
  @ArrayUnique(userIdOf, { message: '$property must not name a user twice' })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of users' })
  users!: ZimRegisterUserDto[];
}

/** Users to query: at least one, none twice. */
@DescribedByRules()
export class UserIdsDto {
  @ArrayUnique({ message: '$property must not name a user twice' })
  @IsZimUserId({ each: true })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of user ids' })
  userIds!: string[];
}
