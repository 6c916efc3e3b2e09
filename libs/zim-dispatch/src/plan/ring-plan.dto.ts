import 'reflect-metadata';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Equals,
  IsArray,
  IsIn,
  IsOptional,
  Matches,
  ValidateNested,
} from 'class-validator';
import {
  Callees,
  IsOptionalObject,
  IsOptionalWholeNumber,
  IsZimUserId,
  MaxUtf8Bytes,
  OfflinePushDto,
} from 'nestjs-zim-call';
import { zimLimits } from 'zim-protocol';
import { planLimits } from './ring-plan.js';

// Decorators apply from the bottom up, and only the first broken rule of a field is reported: the type comes last, so
// that it is reported first.

/** One call of a plan: these phones ring together. */
export class RingStepDto {
  /** The callees: 1 to 9, none twice, each 1 to 32 bytes. */
  @Callees(zimLimits.callees)
  userIds!: string[];

  /** How long the phones ring: whole seconds, 1 to 590. Default: 30. */
  @IsOptionalWholeNumber(1, planLimits.ringSeconds)
  ringSeconds?: number | undefined;

  /** How long the plan waits before this call: whole seconds, 0 to 3600. Default: 0. */
  @IsOptionalWholeNumber(0, planLimits.pauseSeconds)
  pauseSeconds?: number | undefined;
}

/**
 * A plan: one call after the other until a callee accepts. It is plain data, and JSON keeps all of it.
 *
 * A user may appear in several steps.
 */
export class RingPlanDto {
  /** The version of this format. */
  @Equals(1, { message: '$property must be 1, the only version of the format' })
  version!: 1;

  /** The caller of all calls, registered with ZIM or logged in once: 1 to 32 bytes. */
  @IsZimUserId()
  fromUserId!: string;

  /** The calls in their order: 1 to 20. */
  @ValidateNested({ each: true })
  @Type(() => RingStepDto)
  @ArrayMaxSize(planLimits.steps, { message: '$property must have at most $constraint1 steps' })
  @ArrayMinSize(1, { message: '$property must have at least 1 step' })
  @IsArray({ message: '$property must be an array of steps' })
  steps!: RingStepDto[];

  /** When the plan starts: a time of ISO 8601 with its zone, at most 7 days ahead. Default: now. */
  @Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/, {
    message: '$property must be a time with its zone, such as 2030-01-31T08:00:00Z',
  })
  @IsOptional()
  startAt?: string | undefined;

  /** Text that reaches the callees' apps with each call: at most 2048 bytes of UTF-8. */
  @MaxUtf8Bytes(zimLimits.extendedDataBytes)
  @IsOptional()
  extendedData?: string | undefined;

  /** What offline callees' devices show. Absent: they are not pushed. */
  @IsOptionalObject(OfflinePushDto)
  offlinePush?: OfflinePushDto | undefined;

  /**
   * An id of your own for this plan, 1 to 200 visible ASCII characters. Another plan with the same key starts nothing:
   * `ring()` returns the id of the first, until an hour after that has ended.
   */
  @Matches(/^[\x21-\x7e]{1,200}$/, {
    message: '$property must be 1 to 200 visible ASCII characters',
  })
  @IsOptional()
  idempotencyKey?: string | undefined;

  /**
   * What happens after a call of which nothing reports how it ended. `end`: the plan ends as `unknown`. `continue`: the
   * next step rings, and **two phones may answer the same plan**. Default: `end`.
   */
  @IsIn(['end', 'continue'], { message: '$property must be end or continue' })
  @IsOptional()
  onUnknown?: 'end' | 'continue' | undefined;

  /**
   * The longest time from the start to the end, in whole seconds, 1 to 86400. What rings 2 s before is withdrawn, and the
   * plan ends as `expired`, or as `unknown` if it is not known by then how a call ended. Default: the time of all steps
   * with their late callbacks, and 10 minutes.
   */
  @IsOptionalWholeNumber(1, planLimits.deadlineSeconds)
  deadlineSeconds?: number | undefined;
}

/** {@link RingStepDto} as a plain object. */
export type RingStepInput = Readonly<
  Omit<RingStepDto, 'userIds'> & { readonly userIds: readonly string[] }
>;

/** {@link RingPlanDto} as a plain object. */
export type RingPlanInput = Readonly<
  Omit<RingPlanDto, 'steps' | 'offlinePush'> & {
    readonly steps: readonly RingStepInput[];
    readonly offlinePush?: Readonly<OfflinePushDto> | undefined;
  }
>;

/** How the steps of a plan are timed: `ringSeconds` of each call, and `pauseSeconds` between two. */
export type RingTimes = Readonly<Pick<RingStepDto, 'ringSeconds' | 'pauseSeconds'>>;

/** Returns the steps of a plan whose phones all ring at once. */
export function ringAll(userIds: readonly string[], times?: RingTimes): RingStepInput[] {
  return escalate([userIds], times);
}

/** Returns the steps of a plan whose phones ring one after the other. */
export function ringInTurn(userIds: readonly string[], times?: RingTimes): RingStepInput[] {
  const groups = userIds.map((userId) => [userId]);
  return escalate(groups, times);
}

/** Returns the steps of a plan whose groups ring one after the other. */
export function escalate(
  groups: readonly (readonly string[])[],
  { ringSeconds, pauseSeconds }: RingTimes = {},
): RingStepInput[] {
  return groups.map((userIds, index) => ({
    ...{ userIds, ringSeconds, pauseSeconds: index === 0 ? undefined : pauseSeconds },
  }));
}
