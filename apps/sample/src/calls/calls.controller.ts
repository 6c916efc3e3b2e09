import {
  Body,
  Controller,
  Delete,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Query,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
} from '@nestjs/swagger';
import { CallInviteDto, zimUserIdSchema } from 'nestjs-zim-call';
import type { Observable } from 'rxjs';
import { ApiKeyGuard } from '../http/api-key.guard.js';
import { toEventStream } from '../http/event-stream.js';
import { IdempotencyKey, idempotencyKeyHeader, replayedHeader } from '../http/idempotency-key.js';
import { ApiRoutes } from '../http/openapi.js';
import {
  AnswerDto,
  AnswerResultDto,
  inviteExamples,
  InviteResultDto,
  ReportDto,
  WithdrawResultDto,
} from './calls.dto.js';
import { CallsService } from './calls.service.js';

/**
 * Every caller of these routes can ring the phone of any user, stop it, and answer for any user. The API key shows only that
 * the caller is one of yours: add a guard of your own that checks that the caller may act for the user.
 */
@ApiRoutes('calls')
@UseGuards(ApiKeyGuard)
@Controller('calls')
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @ApiOperation({ summary: 'Ring the phones of the callees' })
  @ApiHeader(idempotencyKeyHeader)
  @ApiBody({ type: CallInviteDto, examples: inviteExamples })
  @ApiCreatedResponse({
    description: 'Phones ring',
    type: InviteResultDto,
    headers: replayedHeader,
  })
  @Post()
  async invite(
    @Body() invite: CallInviteDto,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Res({ passthrough: true }) reply: { header(name: string, value: string): unknown },
  ): Promise<InviteResultDto> {
    const { replayed, ...result } = await this.calls.invite(invite, idempotencyKey);
    // In a header, so that the body of a replay is the same, byte for byte.
    if (replayed) reply.header('Idempotency-Replayed', 'true');
    return result;
  }

  @ApiOperation({ summary: 'Accept on behalf of a callee' })
  @ApiOkResponse({ description: 'ZIM has taken it', type: AnswerResultDto })
  @HttpCode(200)
  @Post(':callId/accept')
  accept(@Param('callId') callId: string, @Body() answer: AnswerDto): Promise<AnswerResultDto> {
    return this.calls.accept(callId, answer);
  }

  @ApiOperation({ summary: 'Reject on behalf of a callee' })
  @ApiOkResponse({ description: 'ZIM has taken it', type: AnswerResultDto })
  @HttpCode(200)
  @Post(':callId/reject')
  reject(@Param('callId') callId: string, @Body() answer: AnswerDto): Promise<AnswerResultDto> {
    return this.calls.reject(callId, answer);
  }

  /** Answers 200 with the result of each callee, also if none could be withdrawn. */
  @ApiOperation({ summary: 'Stop the phones ringing' })
  @ApiQuery({
    ...{ name: 'userId', required: false },
    schema: { type: 'array', items: zimUserIdSchema, maxItems: 9, uniqueItems: true },
    description: 'Whose phones; absent: all that ring, as far as this backend knows',
  })
  @ApiOkResponse({ description: 'The result for each callee', type: WithdrawResultDto })
  @Delete(':callId')
  withdraw(
    @Param('callId') callId: string,
    @Query('userId') userId?: string | string[],
  ): Promise<WithdrawResultDto> {
    return this.calls.withdraw(callId, typeof userId === 'string' ? [userId] : userId);
  }

  /** The report is believed: add a guard of your own that checks that the caller is that user. */
  @ApiOperation({ summary: 'Report how a callee has answered on the device' })
  @ApiNoContentResponse({ description: 'Stored; the same report again changes nothing' })
  @HttpCode(204)
  @Post(':callId/answers')
  report(@Param('callId') callId: string, @Body() report: ReportDto): Promise<void> {
    return this.calls.report(callId, report);
  }

  /**
   * The API key does not restrict whose call it is: every caller who has a call's id sees who is called and who
   * answers. Add a guard of your own here that checks that the caller takes part in the call.
   */
  @ApiOperation({ summary: 'Follow a call until it has ended' })
  @ApiOkResponse({ description: 'Server-sent events', content: { 'text/event-stream': {} } })
  @Sse(':callId/events')
  async events(@Param('callId') callId: string): Promise<Observable<MessageEvent>> {
    return toEventStream(await this.calls.events(callId));
  }
}
