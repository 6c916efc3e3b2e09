import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import {
  CallAnswerDto,
  type CallAnswerResult,
  type CallInviteResult,
  CallReportDto,
  type WithdrawnUser,
  zimUserIdSchema,
} from 'nestjs-zim-call';
import { zimLimits } from 'zim-protocol';
import { UserFailureDto } from '../http/openapi.js';

/** An answer whose call is in the path. */
export class AnswerDto extends OmitType(CallAnswerDto, ['callId']) {}

/** An answer that a client reports, whose call is in the path. */
export class ReportDto extends OmitType(CallReportDto, ['callId']) {}

const callIdSchema = {
  minLength: 1,
  maxLength: zimLimits.callIdCharacters,
  description: "ZIM's id of the call: text",
  example: '12261423186766631832',
};

export class InviteResultDto {
  @ApiProperty(callIdSchema) callId!: string;
  @ApiProperty() createdAt!: Date;
  @ApiProperty({
    enum: ['zim', 'date-header', 'local-clock'],
    description: "The source of createdAt: ZIM's reply, the Date of that reply, or our clock",
  })
  createdAtFrom!: CallInviteResult['createdAtFrom'];
  @ApiProperty({ description: "ZIM's id of the request" }) requestId!: string;
  @ApiProperty({ type: 'array', items: zimUserIdSchema, description: 'Whose phones ring' })
  invited!: readonly string[];
  @ApiProperty({ type: [UserFailureDto] }) failed!: readonly UserFailureDto[];
  @ApiProperty({
    enum: ['reply', 'callback'],
    description: 'callback: the reply was lost; of callees who are not in invited nothing is known',
  })
  confirmedBy!: CallInviteResult['confirmedBy'];
}

export class AnswerResultDto {
  @ApiProperty() requestId!: string;
  @ApiPropertyOptional({
    enum: ['callback', 'assumption'],
    description: 'Only if the reply was lost: what shows that the answer was given all the same',
  })
  confirmedBy?: CallAnswerResult['confirmedBy'];
}

export class WithdrawnUserDto {
  @ApiProperty(zimUserIdSchema) userId!: string;
  @ApiProperty({
    enum: ['withdrawn', 'already-answered', 'timed-out', 'not-invited', 'failed'],
    description: 'failed: the phone rings as before, unless outcome is unknown',
  })
  result!: WithdrawnUser['result'];
  @ApiPropertyOptional({ description: "ZIM's id of the request" }) requestId?: string;
  @ApiPropertyOptional({ type: 'integer', description: "ZIM's return code" }) vendorCode?: number;
  @ApiPropertyOptional({
    enum: ['not-sent', 'refused', 'rejected', 'unknown'],
    description: 'Only if it has failed; unknown: the phone may or may not ring',
  })
  outcome?: string;
  @ApiPropertyOptional({ description: 'Only if it has failed: why' }) detail?: string;
}

export class WithdrawResultDto {
  @ApiProperty(callIdSchema) callId!: string;
  @ApiProperty({ type: [WithdrawnUserDto] }) users!: readonly WithdrawnUserDto[];
}

export function toWithdrawnUserDto(user: WithdrawnUser): WithdrawnUserDto {
  if (user.result !== 'failed') return user;
  const { userId, result, outcome, error } = user;
  return { userId, result, outcome, vendorCode: error.vendorCode, detail: error.message };
}

export const inviteExamples = {
  short: { summary: 'alice calls bob', value: { fromUserId: 'alice', userIds: ['bob'] } },
  whole: {
    summary: 'With a push for offline callees',
    value: {
      fromUserId: 'alice',
      userIds: ['bob', 'carol'],
      timeoutSeconds: 30,
      extendedData: '{"room":"42"}',
      offlinePush: { title: 'alice', content: 'is calling you' },
    },
  },
};
