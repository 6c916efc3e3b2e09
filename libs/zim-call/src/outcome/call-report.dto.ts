import { IsIn } from 'class-validator';
import 'reflect-metadata';
import { IsCallId, IsZimUserId } from '../validation/decorators.js';
import { DescribedByRules } from '../validation/openapi.js';

/** What one of the application's own clients reports: how its user has answered a call. */
@DescribedByRules()
export class CallReportDto {
  /** ZIM's id of the call: 1 to 32 characters, from `CallInviteResult`. */
  @IsCallId()
  callId!: string;

  /** The callee who has answered. */
  @IsZimUserId()
  userId!: string;

  /** How the callee has answered. */
  @IsIn(['accepted', 'rejected'], { message: '$property must be accepted or rejected' })
  type!: 'accepted' | 'rejected';
}

/** {@link CallReportDto} as a plain object. */
export type CallReport = Readonly<CallReportDto>;
