import { Type } from 'class-transformer';
import { ArrayMinSize, ArrayUnique, IsArray, ValidateNested } from 'class-validator';
import 'reflect-metadata';
import { IsZimUserId } from '../validation/decorators.js';
import { RegisterUserDto } from './register-user.dto.js';

const userIdOf = (user: unknown): unknown =>
  typeof user === 'object' && user !== null ? Reflect.get(user, 'userId') : user;

/** Users to be registered: at least one, none twice. */
export class RegisterUsersDto {
  @ValidateNested({ each: true })
  @Type(() => RegisterUserDto)
  @ArrayUnique(userIdOf, { message: '$property must not name a user twice' })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of users' })
  users!: RegisterUserDto[];
}

/** Users to be asked about: at least one, none twice. */
export class UserIdsDto {
  @ArrayUnique({ message: '$property must not name a user twice' })
  @IsZimUserId({ each: true })
  @ArrayMinSize(1, { message: '$property must name at least 1 user' })
  @IsArray({ message: '$property must be an array of user ids' })
  userIds!: string[];
}
