import { IsOptional } from 'class-validator';
import { IsZimUserId, MaxUtf8Bytes } from 'nestjs-zim-call';
import { zimLimits } from 'zim-protocol';

/** An answer whose call stands in the path. */
export class AnswerDto {
  @IsZimUserId()
  userId!: string;

  @MaxUtf8Bytes(zimLimits.extendedDataBytes)
  @IsOptional()
  extendedData?: string;
}
