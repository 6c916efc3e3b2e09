import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsArray, IsOptional, ValidateNested } from 'class-validator';
import { zimLimits } from 'zim-protocol';
import {
  IsZimUserId,
  MaxUtf8Bytes,
  optionalText,
  zimUserIdSchema,
} from '../validation/decorators.js';

/**
 * A user to register with ZIM.
 *
 * See https://www.zegocloud.com/docs/zim-server/user/batch-register-users
 */
export class RegisterUserDto {
  /** 1 to 32 bytes of ASCII letters, digits, space and the symbols that ZIM allows. */
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

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return {
      userId: zimUserIdSchema,
      userName: { ...optionalText, description: `At most ${zimLimits.userNameBytes} bytes` },
      userAvatar: { ...optionalText, description: `At most ${zimLimits.userAvatarBytes} bytes` },
    };
  }
}

/** {@link RegisterUserDto} as a plain object. */
export type RegisterUserInput = Readonly<RegisterUserDto>;

const userIdOf = (user: { readonly userId?: unknown } | null): unknown => user?.userId ?? user;

/** Users to register: at least one, none twice. */
export class RegisterUsersDto {
  @ValidateNested({ each: true })
  @Type(() => RegisterUserDto)
  @ArrayUnique(userIdOf, { message: '$property must not name a user twice' })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of users' })
  users!: RegisterUserDto[];

  /** Read by `@nestjs/swagger`. */
  static _OPENAPI_METADATA_FACTORY() {
    return { users: { type: () => [RegisterUserDto], minItems: 1, uniqueItems: true } };
  }
}

/** Users to query: at least one, none twice. */
export class UserIdsDto {
  @ArrayUnique({ message: '$property must not name a user twice' })
  @IsZimUserId({ each: true })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of user ids' })
  userIds!: string[];
}
