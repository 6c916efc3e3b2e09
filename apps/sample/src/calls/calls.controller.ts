import {
  Body,
  Controller,
  HttpCode,
  type MessageEvent,
  Param,
  Post,
  Res,
  Sse,
  UseGuards,
} from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
} from '@nestjs/swagger';
import { CallInviteDto } from 'nestjs-zim-call';
import { connect, interval, last, map, merge, type Observable, takeUntil } from 'rxjs';
import { ApiKeyGuard } from '../http/api-key.guard.js';
import { ApiRoutes } from '../http/openapi.js';
import { AnswerDto, AnswerResultDto, inviteExamples, InviteResultDto } from './calls.dto.js';
import { CallsService } from './calls.service.js';
import { IdempotencyKey, idempotencyKeyHeader, replayedHeader } from './idempotency-key.js';

/** Comments of an event stream; proxies commonly cut a connection that is silent for 30 to 60 s. */
const heartbeats = interval(15_000).pipe(map((): MessageEvent => ({ comment: 'heartbeat' })));

/**
 * Every caller of these routes can ring the phone of any user, and answer for any user. The API key shows only that
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

  /**
   * The API key does not restrict whose call it is: every caller who has a call's id sees who is called and who
   * answers. Add a guard of your own here that checks that the caller takes part in the call.
   */
  @ApiOperation({ summary: 'Follow a call until it has ended' })
  @ApiOkResponse({ description: 'Server-sent events', content: { 'text/event-stream': {} } })
  @Sse(':callId/events')
  async events(@Param('callId') callId: string): Promise<Observable<MessageEvent>> {
    const events = await this.calls.events(callId);
    return events.pipe(
      map((event): MessageEvent => ({ type: event.type, data: event })),
      connect((all) => merge(all, heartbeats.pipe(takeUntil(all.pipe(last(null, null)))))),
    );
  }
}
