import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { OfflinePushDto, zimUserIdSchema } from 'nestjs-zim-call';
import {
  type RingCall,
  type RingCallee,
  RingPlanDto,
  type RingResult,
  type RingStatus,
  RingStepDto,
} from 'nestjs-zim-dispatch';
import { zimLimits } from 'zim-protocol';
import { UserFailureDto } from '../http/openapi.js';

// The rules are those of the library's classes; what is here describes them.

const seconds = (minimum: number, maximum: number, description: string) =>
  ({ type: 'integer', minimum, maximum, description }) as const;

export class PlanStepDto extends RingStepDto {
  @ApiProperty({
    type: 'array',
    items: zimUserIdSchema,
    ...{ minItems: 1, maxItems: zimLimits.callees, uniqueItems: true },
    description: 'Whose phones ring together',
  })
  override userIds!: string[];
  @ApiPropertyOptional(seconds(1, 590, 'How long they ring, in seconds; default: 30'))
  override ringSeconds?: number;
  @ApiPropertyOptional(seconds(0, 3_600, 'The wait before this step, in seconds; default: 0'))
  override pauseSeconds?: number;
}

/**
 * A plan whose idempotency key is in the header. It repeats the types of nested objects, which `OmitType` copies only if
 * it loads the same class-transformer as the library.
 */
export class PlanDto extends OmitType(RingPlanDto, ['idempotencyKey']) {
  @ApiProperty({ type: 'integer', enum: [1], description: 'The version of this format' })
  override version!: 1;
  @ApiProperty({ ...zimUserIdSchema, description: 'The caller of all calls' })
  override fromUserId!: string;
  @ApiProperty({ type: [PlanStepDto], minItems: 1, maxItems: 20 })
  @Type(() => PlanStepDto)
  override steps!: PlanStepDto[];
  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When the plan starts, at most 7 days ahead; default: now',
  })
  override startAt?: string;
  @ApiPropertyOptional({
    description: `Reaches the callees' apps: at most ${zimLimits.extendedDataBytes} bytes of UTF-8`,
  })
  override extendedData?: string;
  @ApiPropertyOptional({ type: OfflinePushDto, description: 'What offline devices show' })
  @Type(() => OfflinePushDto)
  override offlinePush?: OfflinePushDto;
  @ApiPropertyOptional({
    enum: ['end', 'continue'],
    description: 'After a call whose end is unknown; continue: phones of two steps may answer',
  })
  override onUnknown?: 'end' | 'continue';
  @ApiPropertyOptional(seconds(1, 86_400, 'The longest time from start to end, in seconds'))
  override deadlineSeconds?: number;
}

export class RingStartedDto {
  @ApiProperty({ description: 'The id of the plan' }) id!: string;
}

class RingCalleeDto implements RingCallee {
  @ApiProperty(zimUserIdSchema) userId!: string;
  @ApiProperty({
    enum: ['ringing', 'accepted', 'rejected', 'timed-out', 'cancelled', 'withdrawn', 'unknown'],
  })
  state!: RingCallee['state'];
  @ApiPropertyOptional({ enum: ['callback', 'client', 'withdrawal'] })
  reportedBy?: NonNullable<RingCallee['reportedBy']>;
}

const stepSchema = { type: 'integer', minimum: 0, description: 'The index of the step' } as const;

class RingCallDto implements RingCall {
  @ApiProperty(stepSchema) step!: number;
  @ApiPropertyOptional({ description: 'Absent if no phone rang, or if that is unknown' })
  callId?: string;
  @ApiProperty({ enum: ['ringing', 'accepted', 'no-answer', 'not-rung', 'unknown'] })
  outcome!: RingCall['outcome'];
  @ApiProperty({ type: [RingCalleeDto] }) callees!: readonly RingCalleeDto[];
  @ApiProperty({ type: [UserFailureDto] }) failed!: RingCall['failed'];
  @ApiPropertyOptional({ description: 'Why no phone rang, or why that is unknown' })
  reason?: string;
}

class RingResultDto implements RingResult {
  @ApiProperty({ enum: ['accepted', 'no-answer', 'cancelled', 'expired', 'unknown'] })
  result!: RingResult['result'];
  @ApiProperty({ type: 'array', items: zimUserIdSchema }) acceptedBy!: readonly string[];
  @ApiPropertyOptional(stepSchema) step?: number;
  @ApiPropertyOptional({ description: 'The call that they accepted' }) callId?: string;
  @ApiProperty({ type: [RingCallDto] }) calls!: readonly RingCallDto[];
}

export class RingStatusDto implements RingStatus {
  @ApiProperty() id!: string;
  @ApiProperty({
    enum: ['waiting', 'ringing', 'ended'],
    description: 'waiting: for its start, or in a pause',
  })
  state!: RingStatus['state'];
  @ApiProperty({ type: PlanDto, description: 'With its defaults' }) plan!: RingStatus['plan'];
  @ApiProperty({ type: Date }) createdAt!: Date;
  @ApiProperty({ type: Date }) startAt!: Date;
  @ApiProperty({ type: Date, description: 'When it ends as expired, unless it ended before' })
  deadlineAt!: Date;
  @ApiProperty({ type: [RingCallDto], description: 'The calls that were made' })
  calls!: readonly RingCallDto[];
  @ApiProperty({ description: 'DELETE was called' }) isCancelled!: boolean;
  @ApiPropertyOptional({ type: RingResultDto, description: 'Only when it has ended' })
  result?: RingResultDto;
}

export const planExamples = {
  escalation: {
    summary: "bob's phone first, then those of carol and dave together",
    value: {
      ...{ version: 1, fromUserId: 'alice', extendedData: '{"ticket":"42"}' },
      steps: [
        { userIds: ['bob'], ringSeconds: 20 },
        { userIds: ['carol', 'dave'], ringSeconds: 30, pauseSeconds: 5 },
      ],
    },
  },
};
