import 'reflect-metadata';
import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, ArrayMinSize, ArrayUnique, IsArray, IsOptional } from 'class-validator';
import { correlationOverheadBytes, zimLimits } from 'zim-protocol';
import { ZimConfigError } from '../errors/errors.js';
import type { ResolvedOptions } from '../config/zim-call-options.js';
import {
  IsOptionalObject,
  IsOptionalWholeNumber,
  IsZimUserId,
  MaxUtf8Bytes,
} from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';
import { OfflinePushDto } from './offline-push.dto.js';

// Decorators apply from the bottom up, and only the first broken rule of a field is reported: the type comes last, so
// that it is reported first.

/** User ids: 1 to `maxCallees`, none twice. */
export function Callees(maxCallees: number): PropertyDecorator {
  return applyDecorators(
    IsArray({ message: '$property must be an array of user ids' }),
    ArrayMinSize(1, { message: '$property must name at least 1 callee' }),
    ArrayMaxSize(maxCallees, { message: '$property must name at most $constraint1 callees' }),
    IsZimUserId({ each: true }),
    ArrayUnique({ message: '$property must not name a callee twice' }),
  );
}

/**
 * An invite: `fromUserId` calls `userIds`. All limits that ZIM counts in bytes are counted in bytes of
 * UTF-8.
 *
 * See https://www.zegocloud.com/docs/zim-server/call-invitation/send-a-call-invitation
 */
@DescribedByRules({
  timeoutSeconds: {
    description: `How long the phones ring; 0 or absent: ${zimLimits.defaultTimeoutSeconds}`,
  },
  offlinePush: {
    nullable: true,
    description: "What offline callees' devices show. Absent: they are not pushed",
  },
})
export class CallInviteDto {
  /** The caller, registered with ZIM or logged in once: 1 to 32 bytes. */
  @IsZimUserId()
  fromUserId!: string;

  /** The callees: 1 to 9, none twice, each 1 to 32 bytes. */
  @Callees(zimLimits.callees)
  userIds!: string[];

  /** How long the phones ring: whole seconds, 1 to 600; 0 or absent means ZIM's 90. */
  @IsOptionalWholeNumber(0, zimLimits.timeoutSeconds)
  timeoutSeconds?: number | undefined;

  /** Text that reaches the callees' apps: at most 2048 bytes of UTF-8, less 34 if the module has `correlation`. */
  @MaxUtf8Bytes(zimLimits.extendedDataBytes)
  @IsOptional()
  extendedData?: string | undefined;

  /** What offline callees' devices show. Absent: they are not pushed. */
  @IsOptionalObject(OfflinePushDto)
  offlinePush?: OfflinePushDto | undefined;
}

/** {@link CallInviteDto} as a plain object. */
export type CallInviteInput = Readonly<
  Omit<CallInviteDto, 'userIds' | 'offlinePush'> & {
    readonly userIds: readonly string[];
    readonly offlinePush?: Readonly<OfflinePushDto> | undefined;
  }
>;

/**
 * {@link CallInviteDto} for an AppID whose number of callees ZEGO's support has raised. Set the module's
 * `maxCallees` to the same number.
 *
 * @throws ZimConfigError if `maxCallees` is not a whole number from 1
 */
export function createCallInviteDto(limits: { readonly maxCallees: number }): typeof CallInviteDto {
  if (!Number.isInteger(limits.maxCallees) || limits.maxCallees < 1) {
    throw new ZimConfigError('maxCallees: must be a whole number from 1');
  }
  class RaisedCallInviteDto extends CallInviteDto {}
  Callees(limits.maxCallees)(RaisedCallInviteDto.prototype, 'userIds');
  return RaisedCallInviteDto;
}

/** Returns the rules for a module's invites: a correlation id takes 34 bytes of the caller's own data. */
export function inviteRulesOf({
  maxCallees,
  correlation,
}: Pick<ResolvedOptions, 'maxCallees' | 'correlation'>): typeof CallInviteDto {
  if (maxCallees === zimLimits.callees && correlation === undefined) return CallInviteDto;
  // In class-validator, the rules of a class replace those of its parent, but not those of its grandparent.
  const dto = createCallInviteDto({ maxCallees });
  const maxBytes = zimLimits.extendedDataBytes - (correlation ? correlationOverheadBytes : 0);
  MaxUtf8Bytes(maxBytes)(dto.prototype, 'extendedData');
  return dto;
}
